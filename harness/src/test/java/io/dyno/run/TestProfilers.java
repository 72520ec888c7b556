package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Profilers that are found as others are: some that write down what they are told, some that throw. */
public final class TestProfilers {
    private TestProfilers() {}

    /** Plans are asked for too, of engines whose run has no folder yet. */
    private static boolean isStarting(Profiler.EngineContext engine) {
        return Files.isDirectory(engine.folder());
    }

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
        private long origin;

        private static void call(String what) {
            Witness.CALLS.add(what);
        }

        private static void of(EngineContext engine, String what) {
            if (isStarting(engine)) {
                call(what);
            }
        }

        @Override
        public void engineStarting(EngineContext engine, GpuUse gpus) {
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
            of(engine, "wrap");
            return process;
        }

        @Override
        public List<String> engineArguments(EngineContext engine) {
            of(engine, "engineArguments");
            return List.of("--max-model-len", "777");
        }

        @Override
        public Map<String, String> environment(EngineContext engine) {
            of(engine, "environment");
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
        public void loadStarted(long origin) {
            this.origin = origin;
            call("loadStarted");
        }

        @Override
        public void windowStarted(Window.Kind kind, int iteration) {
            call("windowStarted " + kind + " " + iteration);
        }

        /** Told after its end by System.nanoTime, and not long after: the load's clock and this one go together. */
        @Override
        public void windowEnded(Window window) {
            long late = System.nanoTime() - origin - window.end();
            boolean plausible = late >= 0 && late < 20_000_000_000L;
            call("windowEnded " + window.kind() + " " + window.iteration()
                    + (plausible ? "" : ", " + late + " ns ago"));
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

    /**
     * {@code -prof idle}: nothing until it is started, with the engine's own profiler; then it fails where {@code fails} says, or leaves a file
     * and a number for each iteration.
     */
    public static final class Idle extends Provider {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "idle";
        }

        @Override
        public List<Option> options() {
            return List.of(
                    new Option("iterations", "1", "profiled iterations"), new Option("fails", "", "which step fails"));
        }

        @Override
        public Profiler create(ProfilerOptions options) throws ProfilerException {
            return new Scripted(
                    "idle",
                    Profiler.Intrusion.WHEN_STARTED,
                    (int) options.integer("iterations", 1),
                    options.text("fails"),
                    CALLS);
        }
    }

    /** {@code -prof around}: wraps the engine, and is in no fork but its own. */
    public static final class Around extends Provider {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "around";
        }

        @Override
        public List<Option> options() {
            return List.of(
                    new Option("iterations", "1", "profiled iterations"), new Option("fails", "", "which step fails"));
        }

        @Override
        public Profiler create(ProfilerOptions options) throws ProfilerException {
            return new Scripted(
                    "around",
                    Profiler.Intrusion.ALWAYS,
                    (int) options.integer("iterations", 1),
                    options.text("fails"),
                    CALLS);
        }
    }

    /** {@code -prof rogue:how=…}: one that breaks the contract, in one way at a time. */
    public static final class Rogue extends Provider {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "rogue";
        }

        @Override
        public List<Option> options() {
            return List.of(new Option("how", "", "in which way"));
        }

        @Override
        public Profiler create(ProfilerOptions options) {
            String how = options.text("how");
            if (how.equals("create")) {
                throw new IllegalStateException("it cannot be made");
            }
            return new Profiler() {
                @Override
                public int iterations() {
                    return how.equals("iterations") ? 0 : 1;
                }

                @Override
                public ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
                    List<String> argv = new ArrayList<>(process.argv());
                    argv.addAll(how.equals("wrap") ? List.of("--max-model-len", "777") : List.of());
                    return process.withArgv(argv);
                }

                @Override
                public void pointStarted(PointContext point) {
                    CALLS.add("pointStarted");
                }

                @Override
                public List<ProfilerResult> pointEnded() {
                    CALLS.add("pointEnded");
                    String name = how.equals("score") ? "output_throughput" : "rogue.things";
                    MetricValue value = how.equals("null")
                            ? null
                            : MetricValue.of(new Metric(name, "tok/s", Direction.HIGHER), 123456789);
                    return List.of(new ProfilerResult(Window.Kind.MEASUREMENT, 0, value));
                }

                @Override
                public List<Path> engineStopped() {
                    CALLS.add("engineStopped");
                    return how.equals("path") ? new ArrayList<>(java.util.Collections.singleton(null)) : List.of();
                }
            };
        }
    }

    /** {@code -prof picky}: works with engines in whose environment NEEDED is, as one whose package is on the engine's path. */
    public static final class Picky extends Provider {
        @Override
        public String name() {
            return "picky";
        }

        @Override
        public Optional<String> unsupported(EngineChoice engine) {
            return engine.engine() != EngineKind.VLLM || engine.env().containsKey("NEEDED")
                    ? Optional.empty()
                    : Optional.of("NEEDED is not in the engine's environment");
        }

        @Override
        public Profiler create(ProfilerOptions options) {
            return new Profiler() {};
        }
    }

    /** {@code -prof absent}: cannot work anywhere. */
    public static final class Absent extends Provider {
        @Override
        public String name() {
            return "absent";
        }

        @Override
        public Optional<String> unsupported() {
            return Optional.of("there is no absent on the PATH;\n  install it");
        }

        @Override
        public Profiler create(ProfilerOptions options) {
            throw new AssertionError("it is not supported");
        }
    }

    /** The step at which the next of these is interrupted, once; empty for none. */
    static volatile String interruptedAt = "";

    private static final class Scripted implements Profiler {
        private final String name;
        private final Intrusion intrusion;
        private final int iterations;
        private final String fails;
        private final List<String> calls;
        private final List<Path> files = new ArrayList<>();
        private final List<ProfilerResult> found = new ArrayList<>();
        private final Map<PointContext, List<ProfilerResult>> late = new HashMap<>();
        private ProfiledIteration current;

        Scripted(String name, Intrusion intrusion, int iterations, String fails, List<String> calls) {
            this.name = name;
            this.intrusion = intrusion;
            this.iterations = iterations;
            this.fails = fails;
            this.calls = calls;
        }

        private void call(String step, String what) throws IOException, InterruptedException {
            calls.add(step + what);
            if (step.equals(interruptedAt)) {
                interruptedAt = "";
                throw new InterruptedException("as by Ctrl-C while it waits");
            }
            if (step.equals(fails)) {
                throw new IOException("it broke");
            }
        }

        @Override
        public void engineStarting(EngineContext engine, GpuUse gpus) throws IOException {
            if (fails.equals("starting")) {
                throw new IOException("it broke");
            }
        }

        @Override
        public Intrusion intrusion() {
            return intrusion;
        }

        @Override
        public int iterations() {
            return iterations;
        }

        @Override
        public List<String> engineArguments(EngineContext engine) {
            if (isStarting(engine)) {
                calls.add("arguments of fork " + engine.fork());
            }
            return List.of(
                    "--profiler-config.profiler",
                    "torch",
                    "--profiler-config.torch_profiler_dir",
                    engine.file(name, "").toString());
        }

        @Override
        public Map<String, String> environment(EngineContext engine) {
            return Map.of("SCRIPTED", name);
        }

        @Override
        public ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
            if (intrusion != Intrusion.ALWAYS) {
                return process;
            }
            List<String> argv = new ArrayList<>(List.of("env", "AROUND=1"));
            argv.addAll(process.argv());
            return process.withArgv(argv);
        }

        @Override
        public void engineReady(EngineHandle engine) throws Exception {
            call("ready", "");
        }

        @Override
        public void pointStarted(PointContext point) throws Exception {
            call("point", "");
        }

        @Override
        public void windowStarted(Window.Kind kind, int iteration) {
            calls.add("begin " + kind + " " + iteration);
        }

        @Override
        public void windowEnded(Window window) {
            calls.add("end " + window.kind() + " " + window.iteration());
            if (fails.equals("window") && window.kind() == Window.Kind.PROFILED) {
                throw new IllegalStateException("it broke");
            }
        }

        @Override
        public void start(ProfiledIteration iteration) throws Exception {
            call("start", " " + iteration.iteration());
            iteration.engine().startProfile();
            current = iteration;
        }

        @Override
        public void stop() throws Exception {
            call("stop", " " + current.iteration());
            current.engine().stopProfile(Duration.ofMinutes(1));
            Path file = current.point().file(name, "-i" + current.iteration() + ".txt");
            files.add(Files.writeString(file, "what was seen\n"));
            Metric seen = new Metric(name + ".seen", "things", Direction.HIGHER);
            found.add(new ProfilerResult(
                    Window.Kind.PROFILED, current.iteration(), MetricValue.of(seen, 7 + current.iteration())));
            Metric counted = new Metric(name + ".late", "things", Direction.HIGHER);
            late.computeIfAbsent(current.point(), point -> new ArrayList<>())
                    .add(new ProfilerResult(Window.Kind.PROFILED, current.iteration(), MetricValue.of(counted, 9)));
        }

        @Override
        public List<ProfilerResult> pointEnded() throws Exception {
            call("ended", "");
            List<ProfilerResult> results = List.copyOf(found);
            found.clear();
            return results;
        }

        @Override
        public void engineStopping() throws Exception {
            call("stopping", "");
        }

        @Override
        public List<Path> engineStopped() throws Exception {
            call("stopped", "");
            List<Path> written = List.copyOf(files);
            files.clear();
            return written;
        }

        @Override
        public Map<PointContext, List<ProfilerResult>> collected() throws Exception {
            call("collected", "");
            return Map.copyOf(late);
        }
    }
}
