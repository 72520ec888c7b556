package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.result.JournalEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The profilers of one fork: started in order, stopped in reverse. One that fails is told and left alone for the rest of the fork; the
 * benchmark goes on.
 */
final class ProfilerSet implements AutoCloseable {
    private final List<Profilers.Named> all;
    private final List<Profilers.Named> working;
    private final Console console;
    private boolean ready;
    private boolean inPoint;

    ProfilerSet(List<Profilers.Named> profilers, Console console) {
        this.all = profilers;
        this.working = new ArrayList<>(profilers);
        this.console = console;
    }

    /** What can fail in a profiler. */
    private interface Step {
        void of(Profiler profiler) throws Exception;
    }

    private void each(boolean reverse, String when, Step step) {
        List<Profilers.Named> order = new ArrayList<>(working);
        if (reverse) {
            Collections.reverse(order);
        }
        for (Profilers.Named named : order) {
            try {
                step.of(named.profiler());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                working.remove(named);
                console.print(
                        "      profiler " + named.name() + " failed " + when + " and gives no result for this fork: "
                                + e.getMessage() + "  (the benchmark is not affected)");
            }
        }
    }

    /** The process with what all profilers put around it and add to it. */
    ProcessSpec dress(ProcessSpec process) {
        List<String> argv = new ArrayList<>(process.argv());
        Map<String, String> env = new TreeMap<>(process.env());
        for (Profilers.Named named : all) {
            argv.addAll(named.profiler().engineArguments());
            env.putAll(named.profiler().environment());
        }
        ProcessSpec dressed = new ProcessSpec(process.node(), process.role(), argv, env);
        for (Profilers.Named named : all) {
            dressed = named.profiler().wrap(dressed);
        }
        return dressed;
    }

    void engineReady(EngineHandle engine) {
        ready = true;
        each(false, "when the engine was ready", profiler -> profiler.engineReady(engine));
    }

    void pointStarted(Profiler.PointContext point) {
        inPoint = true;
        each(false, "at the start of a point", profiler -> profiler.pointStarted(point));
    }

    void windowStarted(Window.Kind kind, int iteration) {
        each(false, "at the start of a window", profiler -> profiler.windowStarted(kind, iteration));
    }

    void windowEnded(Window window) {
        each(true, "at the end of a window", profiler -> profiler.windowEnded(window));
    }

    /** Ends the point for all; gives back what they found, window by window. */
    List<JournalEvent.MoreMetrics> pointEnded() {
        inPoint = false;
        List<ProfilerResult> results = new ArrayList<>();
        each(true, "at the end of a point", profiler -> results.addAll(profiler.pointEnded()));
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
        each(true, "before the engine stopped", Profiler::engineStopping);
    }

    /** After the engine's processes are gone, however that came: profilers end what they still do, and their files are told. */
    @Override
    public void close() {
        if (inPoint) {
            pointEnded();
        }
        if (ready) {
            each(true, "after the engine stopped", profiler -> {
                for (Path file : profiler.engineStopped()) {
                    console.print("      profile " + file);
                }
            });
        }
    }
}
