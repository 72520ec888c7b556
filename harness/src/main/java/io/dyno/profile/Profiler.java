package io.dyno.profile;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.EngineConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One profiler of one run. Profilers are started in the order given and stopped in reverse. An exception of any method loses this profiler's
 * result for the fork, never the benchmark's, and is told to the user: the profiler is then left alone, but for {@link #engineStopped} and
 * {@link #collected}, which may still tell of points before, and for {@link #stop} where it was started.
 *
 * <p>Before each engine start: {@link #engineStarting}, then {@link #engineArguments}, {@link #environment} and {@link #wrap}, so that a wrapper
 * sees all of the command. These three only answer and change nothing: they are asked also for a plan that is never run, a start may be tried twice,
 * and the run lists what they said in run.json. Then {@link #engineReady}; points; before the
 * engine stops {@link #engineStopping}; after it has ended {@link #engineStopped} and {@link #collected}.
 *
 * <p>What a profiler is told of points depends on its {@link Intrusion}. One that costs nothing stands beside every scored point:
 * {@link #pointStarted}, {@link #loadStarted}, for each window {@link #windowStarted}, {@link #windowEnded} and {@link #windowComplete}, then {@link #pointEnded}. One that slows the engine
 * down never sees a scored point. It has profiled iterations of its own, for each point of an engine configuration that was measured: the
 * point's load is started anew, and
 *
 * <pre>
 *   pointStarted
 *     windowStarted, windowEnded          the point's warm-up windows, to the end of the load
 *     start                               no load runs
 *       windowStarted, windowEnded        one isolated window of kind PROFILED, and its TAIL until its last request has ended
 *     stop                                no load runs
 *     … start to stop again, for each of {@link #iterations}
 *   pointEnded
 * </pre>
 *
 * <p>No other profiler is told of these; in a fork of a profiler's own, those that cost nothing only give their arguments, environment and
 * wrapper, so that the engine is the one that was measured. Points that failed are profiled last, since they may take an engine with them.
 *
 * <p>When the run is interrupted, nobody waits: {@link #engineStopped} and {@link #collected} are then called with the thread's interrupt flag set,
 * so that a wait in them ends at once, and with an {@link InterruptedException} what was profiled stays open for a resumed run.
 *
 * <p>All methods are called on one thread, one after the other, and never two profilers at a time.
 */
public interface Profiler {
    /** What a profiler does to the engine's speed, and when. */
    enum Intrusion {
        /** Nothing that shows: it stands beside what is scored. */
        NONE,
        /**
         * Nothing until it is started: what it adds to the engine is in every fork, so that forks are equal, and its profiled iterations run in
         * the last one, after all that is scored.
         */
        WHEN_STARTED,
        /** The engine is not the same with it: a fork of its own for each engine configuration, after the scored ones. It is in no other. */
        ALWAYS
    }

    /** What it does to the engine's speed. */
    default Intrusion intrusion() {
        return Intrusion.NONE;
    }

    /** Profiled iterations of each point, at least 1. Of no meaning for one that is not intrusive. */
    default int iterations() {
        return 1;
    }

    /** Arguments added to the engine's, as argv tokens. They are in no setting and no hash; run.json lists them. */
    default List<String> engineArguments(EngineContext engine) {
        return List.of();
    }

    /** Environment added to the engine's. Never a secret: run.json lists it. */
    default Map<String, String> environment(EngineContext engine) {
        return Map.of();
    }

    /** Wraps a process of the engine, such as {@code nsys profile … vllm serve …}. */
    default ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
        return process;
    }

    /**
     * An engine is about to start, and its GPUs are as idle as they will be. Blocks the start: the moment to write files that the engine needs.
     *
     * @param gpus which of this machine's GPUs the engine will use
     */
    default void engineStarting(EngineContext engine, GpuUse gpus) throws Exception {}

    /** The engine of a fork is ready. */
    default void engineReady(EngineHandle engine) throws Exception {}

    /** A point's load is about to start. */
    default void pointStarted(PointContext point) throws Exception {}

    /**
     * The point's load has started: the moment from which {@link Window#start} and {@link Window#end} count. Windows are told of when a thread
     * gets round to it; this says when they really began and ended.
     *
     * @param origin that moment as {@link System#nanoTime} counts
     */
    default void loadStarted(long origin) {}

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
     * All requests of a window have ended, and its numbers are known. The load goes on meanwhile: return at once.
     *
     * @param rateSeconds seconds that its rates are per: a rate times these is a count
     */
    default void windowComplete(WindowResult window, double rateSeconds) {}

    /**
     * Begins to profile. Returns when the profiler is at work: the next load is what is profiled. Intrusive profilers only.
     *
     * @throws Exception when it is not at work; {@link #stop} is then not called
     */
    default void start(ProfiledIteration iteration) throws Exception {}

    /**
     * Ends what {@link #start} began, and returns when what was found is safe: that may take minutes, and the engine is left in peace meanwhile.
     * Called also when the load failed; not when the engine has ended or the run is interrupted.
     */
    default void stop() throws Exception {}

    /**
     * The point's load is over and its windows are complete, or it has failed.
     *
     * @return secondary results; one with another's name fails the profiler
     */
    default List<ProfilerResult> pointEnded() throws Exception {
        return List.of();
    }

    /** What the user should be told of the point that has just ended, a line each, with the remedy. Asked after {@link #pointEnded}. */
    default List<String> notes() {
        return List.of();
    }

    /** The engine is about to be stopped: the moment to let it write what it holds. Not called when it has ended by itself. */
    default void engineStopping() throws Exception {}

    /**
     * The engine's processes are gone. Called also when they went by themselves, when none became ready, or when another method has thrown.
     *
     * @return files that were written; those named by {@link PointContext#file} are listed with their point
     */
    default List<Path> engineStopped() throws Exception {
        return List.of();
    }

    /** Secondary results of an intrusive profiler that only its files told, by point. Asked after {@link #engineStopped}. */
    default Map<PointContext, List<ProfilerResult>> collected() throws Exception {
        return Map.of();
    }

    /**
     * An engine that is about to be started.
     *
     * @param benchmark the benchmark's class name
     * @param configuration what was asked of the engine, and which kind of process it is
     * @param fork from 0; warm-up forks count on from the measured ones, forks of a profiler's own from those
     * @param attempt which start of an engine in this fork, from 1
     * @param folder the run's folder for profiles; it exists when the engine is about to start, and not yet in a plan
     */
    record EngineContext(String benchmark, EngineConfiguration configuration, int fork, int attempt, Path folder) {
        /** A file or folder name that no other engine start or profiler has. Nodes and ranks are for the profiler to add to the end. */
        public Path file(String profiler, String end) {
            return name(folder, profiler, benchmark, configuration.id(), fork, attempt, end);
        }
    }

    /**
     * A point that is about to be measured or profiled.
     *
     * @param benchmark the benchmark's class name
     * @param point the point's id, 12 hex digits
     * @param fork from 0
     * @param attempt which attempt at it, from 1
     * @param folder the run's folder for profiles; it exists
     */
    record PointContext(String benchmark, String point, int fork, int attempt, Path folder) {
        /**
         * A file name that no other point, fork, attempt or profiler has. Iterations, nodes and ranks are for the profiler to add to the end:
         * {@code file("torch", "-i0-rank1.pt.trace.json.gz")}.
         */
        public Path file(String profiler, String end) {
            return name(folder, profiler, benchmark, point, fork, attempt, end);
        }
    }

    /**
     * An iteration that is about to be profiled.
     *
     * @param point its point
     * @param engine the engine, ready and without load
     * @param iteration its number among the point's profiled iterations, from 0
     */
    record ProfiledIteration(PointContext point, EngineHandle engine, int iteration) {}

    private static Path name(
            Path folder, String profiler, String benchmark, String id, int fork, int attempt, String end) {
        String simple = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        return folder.resolve(profiler + "-" + simple + "-" + id + "-f" + fork + "-a" + attempt + end);
    }
}
