package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.result.JournalEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The profilers of one engine: started in order, stopped in reverse. One that fails is told and left alone for the rest of the fork; the
 * benchmark goes on.
 */
final class ProfilerSet implements AutoCloseable {
    private final List<Profilers.Named> dressing;
    private final List<Profilers.Named> attached;
    private final List<Profilers.Named> working;
    private final Console console;
    private boolean ready;
    private boolean inPoint;

    private ProfilerSet(List<Profilers.Named> dressing, List<Profilers.Named> attached, Console console) {
        this.dressing = dressing;
        this.attached = attached;
        this.working = new ArrayList<>(attached);
        this.console = console;
    }

    /** Those of a fork that is scored, or goes before one: all but the profilers that have forks of their own. */
    static ProfilerSet ofScoredFork(List<Profilers.Named> profilers, Console console) {
        List<Profilers.Named> members = profilers.stream()
                .filter(named -> named.profiler().intrusion() != Intrusion.ALWAYS)
                .toList();
        return new ProfilerSet(members, members, console);
    }

    /** Those of a profiler's own fork: that profiler around an engine that is otherwise as it was measured. */
    static ProfilerSet ofOwnFork(Profilers.Named own, List<Profilers.Named> profilers, Console console) {
        List<Profilers.Named> dressing = profilers.stream()
                .filter(named -> named.equals(own) || named.profiler().intrusion() == Intrusion.NONE)
                .toList();
        return new ProfilerSet(dressing, List.of(own), console);
    }

    /** What can fail in a profiler. */
    interface Step {
        void of(Profiler profiler) throws Exception;
    }

    private void each(List<Profilers.Named> members, boolean reverse, String when, Step step) {
        List<Profilers.Named> order = new ArrayList<>(members);
        if (reverse) {
            Collections.reverse(order);
        }
        for (Profilers.Named named : order) {
            try {
                step.of(named.profiler());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failed(named, when, e);
            }
        }
    }

    /** A profiler has failed: it is told, once, and left alone from now on. */
    void failed(Profilers.Named named, String when, Exception why) {
        if (working.remove(named)) {
            console.print("      profiler " + named.name() + " failed " + when + " and gives no result for this fork: "
                    + reason(why) + "  (the benchmark is not affected)");
        }
    }

    /** What an exception says; its name where it says nothing. */
    static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Whether a profiler has not failed yet. */
    boolean isWorking(Profilers.Named named) {
        return working.contains(named);
    }

    /** Those that stand beside what is scored. */
    private List<Profilers.Named> beside() {
        return working.stream()
                .filter(named -> named.profiler().intrusion() == Intrusion.NONE)
                .toList();
    }

    /** The process with what all profilers put around it and add to it. */
    ProcessSpec dress(ProcessSpec process, EngineContext engine) {
        List<String> argv = new ArrayList<>(process.argv());
        Map<String, String> env = new TreeMap<>(process.env());
        each(dressing, false, "before the engine's start", profiler -> {
            List<String> arguments = profiler.engineArguments(engine);
            Map<String, String> environment = profiler.environment(engine);
            argv.addAll(arguments);
            env.putAll(environment);
        });
        ProcessSpec[] dressed = {new ProcessSpec(process.node(), process.role(), argv, env)};
        each(dressing, false, "before the engine's start", profiler -> {
            dressed[0] = profiler.wrap(dressed[0], engine);
        });
        return dressed[0];
    }

    void engineStarting(GpuUse gpus) {
        each(working, false, "before the engine started", profiler -> profiler.engineStarting(gpus));
    }

    void engineReady(EngineHandle engine) {
        ready = true;
        each(working, false, "when the engine was ready", profiler -> profiler.engineReady(engine));
    }

    void pointStarted(PointContext point) {
        inPoint = true;
        each(beside(), false, "at the start of a point", profiler -> profiler.pointStarted(point));
    }

    void windowStarted(Window.Kind kind, int iteration) {
        each(beside(), false, "at the start of a window", profiler -> profiler.windowStarted(kind, iteration));
    }

    void windowEnded(Window window) {
        each(beside(), true, "at the end of a window", profiler -> profiler.windowEnded(window));
    }

    void windowComplete(WindowResult window, double rateSeconds) {
        each(beside(), true, "when a window was complete", profiler -> profiler.windowComplete(window, rateSeconds));
    }

    /** Ends the point for all; gives back what they found, window by window. */
    List<JournalEvent.MoreMetrics> pointEnded() {
        inPoint = false;
        List<ProfilerResult> results = new ArrayList<>();
        each(beside(), true, "at the end of a point", profiler -> results.addAll(profiler.pointEnded()));
        return byWindow(results);
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
                    .put(value.metric().name(), value);
        }
        return List.copyOf(windows.values());
    }

    void engineStopping() {
        each(working, true, "before the engine stopped", Profiler::engineStopping);
    }

    /**
     * What a profiler left when the engine was gone.
     *
     * @param files files that it wrote
     * @param results what only they told, by point
     */
    record Collected(List<Path> files, Map<PointContext, List<ProfilerResult>> results) {
        static final Collected NOTHING = new Collected(List.of(), Map.of());
    }

    /** After the engine's processes are gone, however that came: profilers end what they still do, and their files are told. */
    Map<String, Collected> engineStopped() {
        if (inPoint) {
            pointEnded();
        }
        Map<String, Collected> collected = new HashMap<>();
        if (ready) {
            ready = false;
            List<Profilers.Named> reverse = new ArrayList<>(attached);
            Collections.reverse(reverse);
            for (Profilers.Named named : reverse) {
                each(List.of(named), false, "after the engine stopped", profiler -> {
                    List<Path> files = profiler.engineStopped();
                    files.forEach(file -> console.print("      profile " + file));
                    collected.put(named.name(), new Collected(files, Map.of()));
                    if (isWorking(named)) {
                        collected.put(named.name(), new Collected(files, profiler.collected()));
                    }
                });
            }
        }
        return collected;
    }

    @Override
    public void close() {
        engineStopped();
    }
}
