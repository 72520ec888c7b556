package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Profilers that are found as others are: one that writes down what it is told, and one that throws. */
public final class TestProfilers {
    private TestProfilers() {}

    private abstract static class Provider implements ProfilerProvider {
        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public List<Option> options() {
            return List.of();
        }

        @Override
        public Optional<String> unsupported() {
            return Optional.empty();
        }
    }

    /** {@code -prof witness}: keeps its calls and gives a result for the first measured window. */
    public static final class Witness extends Provider {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "witness";
        }

        @Override
        public Profiler create(ProfilerOptions options) {
            return new WitnessProfiler();
        }
    }

    private static final class WitnessProfiler implements Profiler {
        private static void call(String what) {
            Witness.CALLS.add(what);
        }

        @Override
        public void engineStarting(GpuUse gpus) {
            call("engineStarting");
        }

        @Override
        public void windowComplete(WindowResult window, double rateSeconds) {
            Window w = window.window();
            call("windowComplete " + w.kind() + " " + w.iteration() + ", rates per "
                    + (rateSeconds == w.seconds() ? "window" : rateSeconds));
        }

        @Override
        public ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
            call("wrap");
            return process;
        }

        @Override
        public List<String> engineArguments(EngineContext engine) {
            call("engineArguments");
            return List.of("--max-model-len", "777");
        }

        @Override
        public Map<String, String> environment(EngineContext engine) {
            call("environment");
            return Map.of("WITNESS", "was here");
        }

        @Override
        public void engineReady(EngineHandle engine) {
            call("engineReady");
        }

        @Override
        public void pointStarted(PointContext point) {
            call("pointStarted " + point.benchmark());
        }

        @Override
        public void windowStarted(Window.Kind kind, int iteration) {
            call("windowStarted " + kind + " " + iteration);
        }

        @Override
        public void windowEnded(Window window) {
            call("windowEnded " + window.kind() + " " + window.iteration());
        }

        @Override
        public List<ProfilerResult> pointEnded() {
            call("pointEnded");
            Metric seen = new Metric("witness.seen", "things", Direction.HIGHER);
            return List.of(new ProfilerResult(Window.Kind.MEASUREMENT, 0, MetricValue.of(seen, 42)));
        }

        @Override
        public void engineStopping() {
            call("engineStopping");
        }

        @Override
        public List<Path> engineStopped() {
            call("engineStopped");
            return List.of();
        }
    }

    /** {@code -prof clumsy}: throws as soon as an engine is ready. */
    public static final class Clumsy extends Provider {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "clumsy";
        }

        @Override
        public Profiler create(ProfilerOptions options) {
            return new Profiler() {
                @Override
                public void engineReady(EngineHandle engine) throws IOException {
                    CALLS.add("engineReady");
                    throw new IOException("it slipped");
                }

                @Override
                public List<ProfilerResult> pointEnded() {
                    CALLS.add("pointEnded");
                    return List.of();
                }
            };
        }
    }
}
