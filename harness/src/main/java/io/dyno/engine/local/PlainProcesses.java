package io.dyno.engine.local;

import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processes of systems that the keeper does not know: children of this JVM. They are stopped when Dyno stops them or ends by itself; a Dyno
 * that is killed leaves them, and so does a process that left its family. SIGINT cannot be sent: SIGTERM is sent in its place. No process is
 * patient here.
 */
final class PlainProcesses implements Processes {
    private static final long LOOK_MILLIS = 50;

    private final Path log;
    private final List<Process> programs = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> ends = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
    private final Thread farewell = new Thread(this::kill, "dyno-kill-engine");

    PlainProcesses(Path log) {
        this.log = log;
        Runtime.getRuntime().addShutdownHook(farewell);
    }

    @Override
    public void start(ProcessSpec process) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(process.argv())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(process.env());
        Process program = builder.start();
        program.getOutputStream().close();
        programs.add(program);
        ends.add(program.onExit().thenAccept(ended -> exit.complete(new ProcessExit(ended.exitValue(), null))));
    }

    @Override
    public List<Long> pids() {
        return programs.stream().map(Process::pid).toList();
    }

    @Override
    public CompletableFuture<ProcessExit> exit() {
        return exit;
    }

    @Override
    public Set<Long> tree() {
        return programs.stream()
                .flatMap(program -> Stream.concat(Stream.of(program.toHandle()), program.descendants()))
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @Override
    public List<Patient> patients() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> deserted() {
        return new CompletableFuture<>();
    }

    @Override
    public void signal(Signal signal) {
        programs.forEach(signal == Signal.KILL ? Process::destroyForcibly : Process::destroy);
    }

    @Override
    public void kill() {
        programs.forEach(program -> killTree(program.toHandle()));
    }

    /** Kills a process and those of its descendants that still hang together with it. */
    static void killTree(ProcessHandle root) {
        root.descendants().forEach(ProcessHandle::destroyForcibly);
        root.destroyForcibly();
    }

    @Override
    public boolean awaitEnded(Duration timeout) throws InterruptedException {
        return await(timeout, () -> ends.stream().allMatch(CompletableFuture::isDone));
    }

    @Override
    public boolean awaitGone(Duration timeout) throws InterruptedException {
        return await(timeout, () -> tree().isEmpty());
    }

    private static boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            return; // the JVM is ending: the hook is running
        }
    }
}
