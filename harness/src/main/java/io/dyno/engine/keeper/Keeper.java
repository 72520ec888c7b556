package io.dyno.engine.keeper;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The parent of an engine's processes, in a JVM of its own. It stands in a process group of its own, so that Ctrl-C in Dyno's terminal does
 * not reach it, and in Dyno's session: a kernel with autogroups shares out cores by session, and engines in another one make Dyno's network
 * thread wait where cores are few. It adopts whatever its descendants orphan, so that none can slip away; and when its stdin ends, which
 * happens when Dyno ends in any way, it ends them all: SIGTERM to those it started, 3 s later SIGKILL to every descendant, until the kernel
 * says that there is none.
 *
 * <p>A {@link Patient} program is the one exception: it gets SIGINT once and no other signal, however its end comes about. The engine that it
 * runs gets SIGTERM and SIGKILL some time after; the program itself and its kin are waited for, as long as it takes them. The keeper ends with them.
 *
 * <p>Messages are {@linkplain Wire lines}. On stdin:
 *
 * <ul>
 *   <li>{@code start ID LOG N K=V… ARGV…}: starts a program with N additions to the environment; answered by {@code started} or
 *       {@code failed}
 *   <li>{@code patient ID TERM_MILLIS KILL_MILLIS KIN…}: the program that will be started as ID is patient, and how long after its SIGINT the engine
 *       below it gets which signal; {@linkplain Kin which processes} are not the engine
 *   <li>{@code signal ID NUMBER}: sends a signal to a program started before; not to its children
 *   <li>{@code kill}: SIGKILL to every descendant, again and again until there is none but patient programs and their kin
 * </ul>
 *
 * On stdout, each with {@value #PREFIX} as its first field, because the JVM may print warnings there:
 *
 * <ul>
 *   <li>{@code ready}: messages are awaited
 *   <li>{@code started ID PID}, {@code failed ID REASON}
 *   <li>{@code exited ID CODE} or {@code signalled ID NUMBER}: a program has ended
 *   <li>{@code deserted ID}: the engine that a patient program ran has ended, and the program has not
 *   <li>{@code gone}: no descendant is left; said each time the last one has ended
 * </ul>
 */
public final class Keeper {
    /** The first field of all that the keeper says. */
    public static final String PREFIX = "dyno-keeper";

    /** What a JVM that only waits needs: little memory, one compiler, no file in /tmp. */
    public static final List<String> JVM_FLAGS =
            List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");

    /** How long the programs have to end by themselves when Dyno is gone: vLLM frees its shared memory in that time. */
    private static final long FAREWELL_MILLIS = 3_000;

    /** A process that SIGKILL does not end hangs in the kernel; waiting longer helps nobody. */
    private static final long KILL_MILLIS = 60_000;

    private static final long KILL_AGAIN_MILLIS = 50;

    /** How often the engine below a patient program is looked at. */
    private static final long LOOK_MILLIS = 250;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    /** The programs that run, by pid. Guarded by this. */
    private final Map<Long, String> programs = new HashMap<>();

    /** What must not be killed, by the program's id, from before its start until its end. Guarded by this. */
    private final Map<String, Patient> patients = new HashMap<>();

    /** How often something was started. Guarded by this. */
    private long starts;

    /** Whether the kernel says that there is no descendant. Guarded by this. */
    private boolean gone = true;

    private Keeper() {}

    /** Runs until stdin ends and every descendant has ended. */
    public static void main(String[] args) throws IOException {
        new Keeper().run();
    }

    private void run() throws IOException {
        LibC.ownGroup();
        LibC.adoptOrphans();
        Thread reaper = new Thread(this::reap, "reaper");
        reaper.setDaemon(true);
        reaper.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end-all")); // for a SIGTERM to the keeper itself
        say("ready");
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                obey(Wire.fields(line));
            }
        } finally {
            endAll();
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(List<String> message) {
        switch (message.get(0)) {
            case "patient" -> patient(message);
            case "start" -> start(message);
            case "signal" -> signal(message.get(1), Integer.parseInt(message.get(2)));
            case "kill" -> killAll();
            default -> throw new IllegalArgumentException("unknown message " + message.get(0));
        }
    }

    private synchronized void patient(List<String> message) {
        Kin kin = new Kin(message.subList(4, message.size()));
        patients.put(message.get(1), new Patient(Long.parseLong(message.get(2)), Long.parseLong(message.get(3)), kin));
    }

    private synchronized void start(List<String> message) {
        String id = message.get(1);
        int argv = 4 + Integer.parseInt(message.get(3));
        Map<String, String> env = new LinkedHashMap<>();
        for (String addition : message.subList(4, argv)) {
            int equals = addition.indexOf('=');
            env.put(addition.substring(0, equals), addition.substring(equals + 1));
        }
        try {
            long pid = LibC.spawn(message.subList(argv, message.size()), env, Path.of(message.get(2)));
            programs.put(pid, id);
            starts++;
            gone = false;
            say("started", id, Long.toString(pid));
            if (patients.containsKey(id)) {
                Thread watch = new Thread(() -> watch(pid, id), "watch-" + id);
                watch.setDaemon(true);
                watch.start();
            }
        } catch (IOException e) {
            patients.remove(id);
            say("failed", id, e.getMessage());
        }
        notifyAll();
    }

    private synchronized void signal(String id, int signal) {
        programs.forEach((pid, program) -> {
            if (program.equals(id) && !patients.containsKey(id)) {
                LibC.signal(pid, signal);
            } else if (program.equals(id) && signal == Signal.INT.number()) {
                askToEnd(pid, id);
            }
        });
    }

    private synchronized void askToEnd(long pid, String id) {
        if (patients.get(id).ask(System.nanoTime())) {
            LibC.signal(pid, Signal.INT.number());
        }
    }

    /** Looks after a patient program and the engine below it, as long as it lives. */
    private synchronized void watch(long pid, String id) {
        while (programs.containsKey(pid)) {
            Patient patient = patients.get(id);
            if (patient.looked(!patient.kin().engineBelow(pid).isEmpty())) {
                say("deserted", id);
            }
            patient.due(System.nanoTime())
                    .ifPresent(signal -> killable().forEach(any -> LibC.signal(any, signal.number())));
            await(LOOK_MILLIS, () -> !programs.containsKey(pid));
        }
    }

    private boolean anyPatient() {
        return programs.values().stream().anyMatch(patients::containsKey);
    }

    /** All descendants but patient programs that live and their kin. */
    private Set<Long> killable() {
        Set<Long> pids = ProcessTree.descendants(ProcessHandle.current().pid());
        programs.forEach((pid, id) -> {
            if (patients.containsKey(id)) {
                pids.remove(pid);
            }
        });
        if (anyPatient()) {
            patients.values().forEach(patient -> pids.removeIf(patient.kin()::has));
        }
        return pids;
    }

    /**
     * Waits for the end of children, its own and adopted ones. Where there is no child there is no descendant: an orphan would have become
     * a child.
     */
    private void reap() {
        long startsSeen = 0;
        while (true) {
            LibC.Ended ended = LibC.waitForAny();
            synchronized (this) {
                if (ended != null) {
                    report(ended);
                } else if (startsSeen == starts) {
                    awaitStart(startsSeen);
                } else {
                    startsSeen = starts;
                }
            }
        }
    }

    private synchronized void report(LibC.Ended ended) {
        String id = programs.remove(ended.pid());
        if (id == null) {
            return; // adopted
        }
        patients.remove(id);
        notifyAll();
        ProcessExit exit = ended.exit();
        if (exit.code() != null) {
            say("exited", id, exit.code().toString());
        } else {
            say("signalled", id, exit.signal().toString());
        }
    }

    /** The two looks at {@code starts} stand on either side of a wait that found no child, so that nothing started in between is missed. */
    private synchronized void awaitStart(long startsSeen) {
        if (!gone) {
            gone = true;
            say("gone");
            notifyAll();
        }
        try {
            while (starts == startsSeen) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endAll() {
        synchronized (this) {
            programs.forEach((pid, id) -> {
                if (patients.containsKey(id)) {
                    askToEnd(pid, id);
                } else {
                    LibC.signal(pid, Signal.TERM.number());
                }
            });
            await(FAREWELL_MILLIS, programs::isEmpty);
            await(Long.MAX_VALUE, () -> !anyPatient());
        }
        killAll();
    }

    private synchronized void killAll() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KILL_MILLIS);
        while (!gone && System.nanoTime() < deadline) {
            // Again and again: what one look finds may fork before its signal comes.
            Set<Long> killable = killable();
            if (killable.isEmpty() && anyPatient()) {
                return;
            }
            killable.forEach(pid -> LibC.signal(pid, Signal.KILL.number()));
            await(KILL_AGAIN_MILLIS, () -> gone);
        }
    }

    private synchronized void await(long millis, BooleanSupplier condition) {
        long begin = System.nanoTime();
        try {
            for (long left = millis;
                    !condition.getAsBoolean() && left > 0;
                    left = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String... fields) {
        synchronized (out) {
            out.println(PREFIX + "\t" + Wire.line(fields));
        }
    }
}
