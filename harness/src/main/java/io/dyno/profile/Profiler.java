package io.dyno.profile;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One profiler of one run. Profilers are started in the order given and stopped in reverse. An exception of any method loses this
 * profiler's result for the fork, never the benchmark's, and is told to the user.
 *
 * <p>Order per fork: {@link #engineArguments}, {@link #environment}, then {@link #wrap}, so that a wrapper sees all of the command; engine ready: {@link #engineReady}; per point
 * {@link #pointStarted}, for each window {@link #windowStarted} and {@link #windowEnded}, then {@link #pointEnded}; before the engine stops
 * {@link #engineStopping}; after it has ended {@link #engineStopped}.
 */
public interface Profiler {
    /**
     * Whether it slows the engine down. Scores are never taken from a profiled fork or iteration of an intrusive profiler.
     */
    default boolean intrusive() {
        return false;
    }

    /** Wraps a process of the engine, such as {@code nsys profile … vllm serve …}. */
    default ProcessSpec wrap(ProcessSpec process) {
        return process;
    }

    /** Arguments added to the engine, as argv tokens. They are in no setting and no hash; run.json lists them. */
    default List<String> engineArguments() {
        return List.of();
    }

    /** Environment added to the engine. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** The engine of a fork is ready. */
    default void engineReady(EngineHandle engine) throws Exception {}

    /** A point's load is about to start. */
    default void pointStarted(PointContext point) throws Exception {}

    /**
     * A window has begun, and its load goes on meanwhile: hand work over to another thread and return at once. An isolated iteration waits.
     *
     * @param kind what the window is for
     * @param iteration its number within its kind, from 0
     */
    default void windowStarted(Window.Kind kind, int iteration) {}

    /** A window's time is over; its requests may still be open. Return at once. */
    default void windowEnded(Window window) {}

    /**
     * The point's load is over and its windows are complete.
     *
     * @return secondary results
     */
    default List<ProfilerResult> pointEnded() throws Exception {
        return List.of();
    }

    /** The engine is about to be stopped: the moment to let it write what it holds. */
    default void engineStopping() throws Exception {}

    /**
     * The engine's processes are gone.
     *
     * @return files that were written
     */
    default List<Path> engineStopped() throws Exception {
        return List.of();
    }

    /**
     * Where a profiler stands in a run.
     *
     * @param benchmark the benchmark's class name
     * @param point the point's id, 12 hex digits
     * @param fork from 0
     * @param attempt from 1
     * @param folder the run's folder for profiles; it exists
     */
    record PointContext(String benchmark, String point, int fork, int attempt, Path folder) {
        /** A file name that no other point, fork, attempt or profiler has. */
        public Path file(String profiler, String extension) {
            return folder.resolve(profiler + "-" + point + "-f" + fork + "-a" + attempt + extension);
        }
    }
}
