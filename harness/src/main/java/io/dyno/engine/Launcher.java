package io.dyno.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Starts specs: on this machine now, through Slurm later. */
public interface Launcher {
    /**
     * Starts an engine and waits until it is ready: the process is alive, {@code /v1/models} lists our model and the listening socket
     * belongs to the engine's process tree. Whatever was started is gone when this throws.
     *
     * @throws EngineException when it did not become ready; at most 5 s after its process ended
     * @throws InterruptedException when the thread was interrupted; nothing is left running
     */
    EngineHandle launch(EngineSpec spec, Request request) throws EngineException, InterruptedException;

    /**
     * What a start needs besides the spec.
     *
     * @param log the engine's log file, created with its folder; both streams of all processes
     * @param readyTimeout how long the start may take, downloads not counted
     * @param wrap applied to each process before it starts, such as a profiler's prefix
     * @param progress told of start-up phases as they are seen in the log; called on a thread of the launcher
     */
    record Request(Path log, Duration readyTimeout, UnaryOperator<ProcessSpec> wrap, Consumer<StartupPhase> progress) {}

    /**
     * A phase of the start as the engine's log tells it.
     *
     * @param name {@code download}, {@code weights}, {@code compile}, {@code graphs}, {@code kv-cache} or {@code ready}
     * @param detail for a human: {@code 412,160 tokens}, or null
     * @param seconds how long the phase took as the log says, or since the process's start for {@code ready}; null when not said
     */
    record StartupPhase(String name, String detail, Double seconds) {}
}
