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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The parent of an engine's processes, in a JVM of its own. It stands in a process group of its own, so that Ctrl-C in Dyno's terminal does
 * not reach it, and in Dyno's session: a kernel with autogroups shares out cores by session, and engines in another one make Dyno's network
 * thread wait where cores are few. It adopts whatever its descendants orphan, so that none can slip away; and when its stdin ends, which
 * happens when Dyno ends in any way, it ends them all: SIGTERM to those it started, 3 s later SIGKILL to every descendant, until the kernel
 * says that there is none.
 *
 * <p>Messages are {@linkplain Wire lines}. On stdin:
 *
 * <ul>
 *   <li>{@code start ID LOG N K=V… ARGV…}: starts a program with N additions to the environment; answered by {@code started} or
 *       {@code failed}
 *   <li>{@code signal ID NUMBER}: sends a signal to a program started before; not to its children
 *   <li>{@code kill}: SIGKILL to every descendant, again and again until there is none
 * </ul>
 *
 * On stdout, each with {@value #PREFIX} as its first field, because the JVM may print warnings there:
 *
 * <ul>
 *   <li>{@code ready}: messages are awaited
 *   <li>{@code started ID PID}, {@code failed ID REASON}
 *   <li>{@code exited ID CODE} or {@code signalled ID NUMBER}: a program has ended
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

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    /** The programs that run, by pid. Guarded by this. */
    private final Map<Long, String> programs = new HashMap<>();

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
            case "start" -> start(message);
            case "signal" -> signal(message.get(1), Integer.parseInt(message.get(2)));
            case "kill" -> killAll();
            default -> throw new IllegalArgumentException("unknown message " + message.get(0));
        }
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
        } catch (IOException e) {
            say("failed", id, e.getMessage());
        }
        notifyAll();
    }

    private synchronized void signal(String id, int signal) {
        programs.forEach((pid, program) -> {
            if (program.equals(id)) {
                LibC.signal(pid, signal);
            }
        });
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
            programs.keySet().forEach(pid -> LibC.signal(pid, Signal.TERM.number()));
            await(FAREWELL_MILLIS, programs::isEmpty);
        }
        killAll();
    }

    private synchronized void killAll() {
        long self = ProcessHandle.current().pid();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KILL_MILLIS);
        while (!gone && System.nanoTime() < deadline) {
            // Again and again: what one look finds may fork before its signal comes.
            ProcessTree.descendants(self).forEach(pid -> LibC.signal(pid, Signal.KILL.number()));
            await(KILL_AGAIN_MILLIS, () -> gone);
        }
    }

    private synchronized void await(long millis, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left = millis;
                    !condition.getAsBoolean() && left > 0;
                    left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
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
