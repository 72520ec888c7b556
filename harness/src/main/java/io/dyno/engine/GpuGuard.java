package io.dyno.engine;

import java.util.List;

/**
 * Watches the GPUs of one engine from before its start until after its end, for what makes its numbers doubtful. A doubt is a
 * {@code code: text}, as reasons of {@link io.dyno.metrics.Validity} are.
 */
public interface GpuGuard extends AutoCloseable {
    /** Where there is nothing to watch. */
    GpuGuard NONE = new GpuGuard() {};

    /** Where there are GPUs and nobody can watch them: every window is doubted for that. */
    static GpuGuard unwatched(String why) {
        return new GpuGuard() {
            @Override
            public List<String> doubts() {
                return List.of("gpu_unwatched: " + why);
            }
        };
    }

    /** The engine is ready: its processes and their descendants are no strangers on the GPUs. */
    default void engineReady(List<Long> pids) {}

    /** Called at a window's edges: doubts of the time since the last call, and those that hold for all of the engine's life. */
    default List<String> doubts() {
        return List.of();
    }

    /** The engine's processes are gone: what only shows now. May take some seconds; ends the watch. */
    default List<String> engineStopped() {
        return List.of();
    }

    /** Ends the watch. */
    @Override
    default void close() {}
}
