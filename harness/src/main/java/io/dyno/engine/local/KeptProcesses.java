package io.dyno.engine.local;

import io.dyno.engine.DynoEnding;
import io.dyno.engine.JavaCommand;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.Keeper;
import io.dyno.engine.keeper.Kin;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.ProcessTree;
import io.dyno.engine.keeper.Signal;
import io.dyno.engine.keeper.Wire;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Processes behind a {@link Keeper} of their own: they end with this JVM, in whatever way it ends. */
final class KeptProcesses implements Processes {
    /** A JVM's start on a machine that is busy with other engines' starts. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final long LOOK_MILLIS = 100;

    private final Process keeper;
    private final Path log;
    private final Graces graces;
    private final Writer orders;
    private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();

    private final AtomicInteger serial = new AtomicInteger();

    // All below guarded by this.
    private final List<Long> pids = new ArrayList<>();
    private final Set<String> started = new HashSet<>();
    private final Map<String, Long> running = new HashMap<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Map<String, ProcessSpec> patients = new HashMap<>();
    private final List<CompletableFuture<Void>> awaitingDesertion = new ArrayList<>();
    private Long asked;
    private boolean ready;
    private boolean gone = true;
    private boolean ended;

    private KeptProcesses(Process keeper, Path log, Graces graces) {
        this.keeper = keeper;
        this.log = log;
        this.graces = graces;
        this.orders = keeper.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a keeper.
     *
     * @param log where it appends the streams of all that it starts, and its own complaints
     * @param graces when the engine below a patient program is ended
     * @throws IOException when it does not come up
     */
    static KeptProcesses open(Path log, Graces graces) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(JavaCommand.of(Keeper.JVM_FLAGS, classPath(), Keeper.class.getName()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        KeptProcesses processes = new KeptProcesses(process, log, graces);
        Thread listener = new Thread(processes::listen, "dyno-keeper-" + process.pid());
        listener.setDaemon(true);
        listener.start();
        try {
            if (!processes.await(ANSWER, () -> processes.ready || processes.ended) || !processes.isReady()) {
                processes.close();
                throw new IOException(
                        "the keeper, the small JVM that looks after engines, did not start; its complaint is in "
                                + log);
            }
        } catch (InterruptedException e) {
            processes.close();
            throw e;
        }
        return processes;
    }

    /** The keeper's own two jars, not the whole class path: it is there in a fifth of a second. */
    private static String classPath() {
        return Stream.of(Keeper.class, com.sun.jna.Native.class)
                .map(KeptProcesses::home)
                .distinct()
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }

    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized boolean isReady() {
        return ready;
    }

    @Override
    public void start(ProcessSpec process) throws IOException, InterruptedException {
        String id = "p" + serial.getAndIncrement();
        if (process.patience() != null) {
            patient(id, process);
        }
        List<String> order = new ArrayList<>(List.of(
                "start", id, log.toString(), Integer.toString(process.env().size())));
        process.env().forEach((name, value) -> order.add(name + "=" + value));
        order.addAll(process.argv());
        order(order.toArray(String[]::new));
        await(ANSWER, () -> started.contains(id) || refused.containsKey(id) || ended);
        synchronized (this) {
            if (!started.contains(id)) {
                throw new IOException(refused.getOrDefault(id, "the keeper does not answer"));
            }
        }
    }

    private void patient(String id, ProcessSpec process) {
        boolean unused = DynoEnding.begun(); // from now on it is to be known
        synchronized (this) {
            patients.put(id, process);
        }
        List<String> order = new ArrayList<>(List.of(
                "patient",
                id,
                Long.toString(graces.terminateBelow().toMillis()),
                Long.toString(graces.killBelow().toMillis())));
        order.addAll(process.patience().kin());
        order(order.toArray(String[]::new));
    }

    @Override
    public synchronized List<Patient> patients() {
        return patients.entrySet().stream()
                .filter(entry -> running.containsKey(entry.getKey()))
                .map(entry -> new Patient(
                        running.get(entry.getKey()),
                        String.valueOf(Path.of(entry.getValue().argv().get(0)).getFileName()),
                        entry.getValue().patience()))
                .toList();
    }

    @Override
    public synchronized CompletableFuture<Void> deserted() {
        CompletableFuture<Void> deserted = new CompletableFuture<>();
        awaitingDesertion.add(deserted);
        return deserted;
    }

    @Override
    public synchronized List<Long> pids() {
        return List.copyOf(pids);
    }

    @Override
    public CompletableFuture<ProcessExit> exit() {
        return exit;
    }

    @Override
    public Set<Long> tree() {
        return ProcessTree.descendants(keeper.pid());
    }

    @Override
    public void signal(Signal signal) {
        List<String> ids;
        synchronized (this) {
            ids = List.copyOf(running.keySet());
            asked = asked == null ? Long.valueOf(System.nanoTime()) : asked;
        }
        for (String id : ids) {
            order("signal", id, Integer.toString(signal.number()));
        }
    }

    @Override
    public void kill() {
        order("kill");
    }

    @Override
    public boolean awaitEnded(Duration timeout) throws InterruptedException {
        return await(timeout, () -> running.isEmpty() || ended);
    }

    @Override
    public boolean awaitGone(Duration timeout) throws InterruptedException {
        return await(timeout, () -> gone || ended);
    }

    /** Ends the keeper's stdin, upon which it kills what is left and ends; a keeper that does not is killed. One with a patient program is left. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            keeper.destroy(); // it has ended, or its pipe is broken
        }
        boolean interrupted = false;
        try {
            if (!awaitKeeper()) {
                patients().forEach(this::leave);
            }
        } catch (InterruptedException e) {
            interrupted = true; // the keeper goes on alone: its stdin has ended
            patients().forEach(this::leave);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the keeper has ended; it is killed when it should have, but not while it waits for a patient program. */
    private boolean awaitKeeper() throws InterruptedException {
        long begin = System.nanoTime();
        while (!keeper.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            long waited = System.nanoTime() - begin;
            if (patients().isEmpty() && waited > Graces.DEFAULT.kill().toNanos()) {
                keeper.destroyForcibly();
                return true;
            } else if (!patients().isEmpty() && (DynoEnding.begun() || engineShouldBeGone(begin))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the keeper has had the time to end the engine below a patient program, counted from that program's SIGINT. */
    private synchronized boolean engineShouldBeGone(long closed) {
        return System.nanoTime() - (asked == null ? closed : asked)
                > graces.killBelow().plus(graces.kill()).toNanos();
    }

    /** Not the logger's affair: when Dyno is interrupted, loggers end before engines do. */
    private void leave(Patient patient) {
        System.err.println("dyno: " + patient.program() + ", pid " + patient.pid() + ", still writes "
                + patient.patience().writes() + "; it goes on without Dyno, and its keeper, pid " + keeper.pid()
                + ", ends with it");
    }

    private void order(String... fields) {
        synchronized (orders) {
            try {
                orders.write(Wire.line(fields) + "\n");
                orders.flush();
            } catch (IOException e) {
                return; // the keeper has ended; its end is told by listen
            }
        }
    }

    private void listen() {
        try (BufferedReader in = keeper.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> message = Wire.fields(line);
                if (message.get(0).equals(Keeper.PREFIX)) {
                    hear(message.subList(1, message.size()));
                }
            }
        } catch (IOException e) {
            keeper.destroy(); // as good as ended: nothing is heard of it any more
        }
        List<Patient> patient = patients();
        Set<Long> orphans;
        synchronized (this) {
            ended = true;
            orphans = new HashSet<>(running.values());
            notifyAll();
        }
        // Somebody killed the keeper itself. What still hangs together below the programs can be found.
        patient.forEach(this::killEngineBelow);
        patient.forEach(spared -> orphans.remove(spared.pid()));
        orphans.forEach(pid -> ProcessHandle.of(pid).ifPresent(PlainProcesses::killTree));
        exit.completeExceptionally(new IOException("the keeper, the parent of the engine's processes, was killed"));
    }

    private void killEngineBelow(Patient patient) {
        new Kin(patient.patience().kin()).engineBelow(patient.pid()).forEach(pid -> ProcessHandle.of(pid)
                .ifPresent(ProcessHandle::destroyForcibly));
    }

    private void hear(List<String> message) {
        ProcessExit end = null;
        List<CompletableFuture<Void>> deserted = List.of();
        synchronized (this) {
            switch (message.get(0)) {
                case "ready" -> ready = true;
                case "started" -> started(message.get(1), Long.parseLong(message.get(2)));
                case "failed" -> refused.put(message.get(1), message.get(2));
                case "exited" -> end = new ProcessExit(Integer.valueOf(message.get(2)), null);
                case "signalled" -> end = new ProcessExit(null, Integer.valueOf(message.get(2)));
                case "deserted" -> {
                    deserted = List.copyOf(awaitingDesertion);
                    awaitingDesertion.clear();
                }
                case "gone" -> gone = true;
                default -> throw new IllegalStateException("the keeper said " + message);
            }
            if (end != null) {
                running.remove(message.get(1));
            }
            notifyAll();
        }
        deserted.forEach(waiting -> waiting.complete(null));
        if (end != null) {
            exit.complete(end);
        }
    }

    private synchronized void started(String id, long pid) {
        started.add(id);
        pids.add(pid);
        running.put(id, pid);
        gone = false;
    }

    private synchronized boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
