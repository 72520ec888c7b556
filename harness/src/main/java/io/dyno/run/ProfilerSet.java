package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.result.JournalEvent;
import io.dyno.run.WorkingProfilers.Step;
import io.dyno.run.WorkingProfilers.Went;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The profilers of one engine through its life: started in order, stopped in reverse; what they add to its command, find and leave. */
final class ProfilerSet implements AutoCloseable {
    private final List<Profilers.Named> dressing;
    private final WorkingProfilers working;
    private final Console console;
    private final ProfilerRecord record;
    private List<Dressing.Addition> additions = List.of();
    private boolean inPoint;

    /** How far the engine has come, as far as profilers were told. */
    private Stage stage = Stage.NONE;

    private enum Stage {
        NONE,
        STARTING,
        READY,
        GONE
    }

    private ProfilerSet(List<Profilers.Named> dressing, List<Profilers.Named> attached, RunContext run) {
        this.dressing = dressing;
        this.console = run.console();
        this.working = new WorkingProfilers(attached, console);
        this.record = run.profilerRecord();
    }

    /** Those of a fork that is scored, or goes before one: all but the profilers that have forks of their own. */
    static ProfilerSet ofScoredFork(RunContext run) {
        List<Profilers.Named> members =
                PlannedProfilers.membersOfScoredForks(run.preparation().profilers());
        return new ProfilerSet(members, members, run);
    }

    /** Those of a profiler's own fork: that profiler around an engine that is otherwise as it was measured. */
    static ProfilerSet ofOwnFork(RunContext run, Profilers.Named own) {
        List<Profilers.Named> dressing =
                PlannedProfilers.membersOfOwnFork(run.preparation().profilers(), own);
        return new ProfilerSet(dressing, List.of(own), run);
    }

    /** Tells one profiler, unless it has failed before. */
    void tell(Profilers.Named named, String when, Step step) {
        if (working.works(named)) {
            working.one(named, when, step);
        }
    }

    /** Ends what a profiler has begun, also when it has failed meanwhile. */
    void tellTheEnd(Profilers.Named named, String when, Step step) {
        working.one(named, when, step);
    }

    /** Why a profiler is left alone; empty while it works. */
    Optional<String> whyNot(Profilers.Named named) {
        return working.whyNot(named);
    }

    /** Those that work beside what is scored. */
    private List<Profilers.Named> beside() {
        return working.inOrder().stream().filter(Profilers.Named::standsBeside).toList();
    }

    /** The same, last first. */
    private List<Profilers.Named> besideInReverse() {
        return WorkingProfilers.reversed(beside());
    }

    void engineStarting(EngineContext engine, GpuUse gpus) {
        stage = Stage.STARTING;
        working.each(working.inOrder(), "before the engine started", profiler -> profiler.engineStarting(engine, gpus));
    }

    /** The process with what all profilers put around it and add to it. */
    ProcessSpec dress(ProcessSpec process, EngineContext engine) {
        Dressing dressed = Dressing.of(
                process, dressing, engine, (named, why) -> working.failed(named, "before the engine's start", why));
        additions = dressed.additions();
        additions.forEach(addition -> record.add(engine, addition));
        return dressed.process();
    }

    /** What an engine that did not start was given besides its settings, a line for each profiler. */
    List<String> additions() {
        return additions.stream()
                .filter(addition -> !addition.isNothing())
                .map(addition -> "it was started with what -prof "
                        + addition.profiler().name() + " adds: " + String.join(" ", addition.words()))
                .toList();
    }

    void engineReady(EngineHandle engine) {
        stage = Stage.READY;
        working.each(working.inOrder(), "when the engine was ready", profiler -> profiler.engineReady(engine));
    }

    void pointStarted(PointContext point) {
        inPoint = true;
        working.each(beside(), "at the start of a point", profiler -> profiler.pointStarted(point));
    }

    void loadStarted(long origin) {
        working.each(beside(), "at the start of a load", profiler -> profiler.loadStarted(origin));
    }

    void windowStarted(Window.Kind kind, int iteration) {
        working.each(beside(), "at the start of a window", profiler -> profiler.windowStarted(kind, iteration));
    }

    void windowEnded(Window window) {
        working.each(besideInReverse(), "at the end of a window", profiler -> profiler.windowEnded(window));
    }

    void windowComplete(WindowResult window, double rateSeconds) {
        working.each(
                besideInReverse(),
                "when a window was complete",
                profiler -> profiler.windowComplete(window, rateSeconds));
    }

    /** Ends the point for all; gives back what they found, window by window. */
    List<JournalEvent.MoreMetrics> pointEnded() {
        inPoint = false;
        List<ProfilerResult> results = new ArrayList<>();
        besideInReverse()
                .forEach(named -> working.one(named, "at the end of a point", profiler -> results.addAll(end(named))));
        return byWindow(results);
    }

    /** Ends the point for one of them: its results, once what it has to say is said. */
    List<ProfilerResult> end(Profilers.Named named) throws Exception {
        List<ProfilerResult> results = List.copyOf(named.profiler().pointEnded());
        checkNames(named, results);
        named.profiler().notes().forEach(note -> console.print("      note: " + note));
        return results;
    }

    /** A number of a profiler's must never stand where one of the benchmark's, or of another profiler's, is looked for. */
    private static void checkNames(Profilers.Named named, List<ProfilerResult> results) {
        for (ProfilerResult result : results) {
            String name = result.value().metric().name();
            if (!name.startsWith(named.name() + ".") && !MetricNames.ofGpus(name)) {
                throw new IllegalStateException(
                        "it gave a metric named \"" + name + "\"; its names begin with \"" + named.name() + ".\"");
            }
        }
    }

    /** Results as the journal has them. */
    static List<JournalEvent.MoreMetrics> byWindow(List<ProfilerResult> results) {
        Map<String, JournalEvent.MoreMetrics> windows = new LinkedHashMap<>();
        for (ProfilerResult result : results) {
            MetricValue value = result.value();
            windows.computeIfAbsent(
                            result.kind() + " " + result.iteration(),
                            key -> new JournalEvent.MoreMetrics(
                                    result.kind(), result.iteration(), new LinkedHashMap<>()))
                    .metrics()
                    .putIfAbsent(value.metric().name(), value);
        }
        return List.copyOf(windows.values());
    }

    /** All points are over; an engine that still lives is about to be stopped. */
    void engineStopping(EngineHandle engine) {
        working.pointsOver();
        if (!engine.died().isDone()) {
            working.each(
                    WorkingProfilers.reversed(working.inOrder()),
                    "before the engine stopped",
                    Profiler::engineStopping);
        }
    }

    /**
     * What a profiler left when the engine was gone.
     *
     * @param files files that it wrote
     * @param results what only they told, by point
     * @param lost why nothing of it can be used: it failed after all points were over. Null when it did not
     */
    record Collected(List<Path> files, Map<PointContext, List<ProfilerResult>> results, String lost) {
        static final Collected NOTHING = new Collected(List.of(), Map.of(), null);
    }

    /**
     * After the engine's processes are gone, however that came: profilers end what they still do, and their files are told.
     *
     * @return what each has left, by name; one that was interrupted has not told all, and is not in it
     */
    Map<String, Collected> engineStopped() {
        if (inPoint) {
            pointEnded();
        }
        Map<String, Collected> collected = new HashMap<>();
        if (stage == Stage.STARTING || stage == Stage.READY) {
            working.allInReverse()
                    .forEach(named -> collect(named).ifPresent(found -> collected.put(named.name(), found)));
        }
        stage = Stage.GONE;
        return collected;
    }

    /** The same after an interruption: nobody waits for what is still being written, but what is there is told. */
    Map<String, Collected> abandoned() {
        Thread.currentThread().interrupt();
        try {
            return engineStopped();
        } finally {
            Thread.interrupted();
        }
    }

    private Optional<Collected> collect(Profilers.Named named) {
        List<Path> files = new ArrayList<>();
        Map<PointContext, List<ProfilerResult>> results = new HashMap<>();
        Went went = working.one(
                named, "after the engine stopped", profiler -> files.addAll(List.copyOf(profiler.engineStopped())));
        files.forEach(file -> console.print("      profile " + file));
        if (stage == Stage.READY && went == Went.WELL) { // also of one that failed at a later point
            went = working.one(named, "when its files were read", profiler -> {
                for (Map.Entry<PointContext, List<ProfilerResult>> point :
                        profiler.collected().entrySet()) {
                    checkNames(named, point.getValue());
                    results.put(point.getKey(), List.copyOf(point.getValue()));
                }
            });
        }
        return went == Went.INTERRUPTED
                ? Optional.empty()
                : Optional.of(new Collected(files, results, working.lost(named)));
    }

    @Override
    public void close() {
        engineStopped();
    }
}
