package io.dyno.run;

import io.dyno.EngineInfo;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.openjdk.jmh.annotations.Level;

/** Benchmarks as the processor would generate them, small enough for a test: a tiny model, short prompts and answers. */
public final class TestBenchmarks {
    private TestBenchmarks() {}

    private static final List<WrittenSetting> SMALL = List.of(
            new WrittenSetting("inputLen", List.of("32")),
            new WrittenSetting("outputLen", List.of("8")),
            new WrittenSetting("maxConcurrency", List.of("4")));

    private static BenchmarkDescriptor descriptor(String name, List<ParamField> params, Set<Level> hooks) {
        List<WrittenSetting> settings = new ArrayList<>();
        settings.add(new WrittenSetting("model", List.of("Qwen/Qwen3-0.6B")));
        settings.addAll(SMALL);
        return descriptor(name, settings, params, hooks);
    }

    private static BenchmarkDescriptor descriptor(
            String name, List<WrittenSetting> settings, List<ParamField> params, Set<Level> hooks) {
        return new BenchmarkDescriptor(
                name, settings, params, List.of(), null, null, null, null, null, false, hooks, hooks);
    }

    /** What {@link Goal} is to meet: on the simulator about half of its requests do, where the machine does nothing else. */
    static final SloLimits GOAL = new SloLimits(20.0, 1.1, 11.0, 0.9);

    /** A benchmark with limits, of which {@code goodput} is the score. */
    public static final class Goal implements BenchmarkDefinition {
        @Override
        public BenchmarkDescriptor descriptor() {
            BenchmarkDescriptor chat = TestBenchmarks.descriptor("com.acme.Goal", List.of(), Set.of());
            return new BenchmarkDescriptor(
                    chat.benchmark(),
                    chat.settings(),
                    chat.params(),
                    chat.benches(),
                    GOAL,
                    null,
                    null,
                    null,
                    null,
                    false,
                    Set.of(),
                    Set.of());
        }

        @Override
        public Object newInstance() {
            return new Object();
        }

        @Override
        public void set(Object instance, String field, String value) {
            throw new IllegalArgumentException("Goal has no field " + field);
        }
    }

    /** A benchmark without members. */
    public static final class Chat implements BenchmarkDefinition {
        @Override
        public BenchmarkDescriptor descriptor() {
            return TestBenchmarks.descriptor("com.acme.Chat", List.of(), Set.of());
        }

        @Override
        public Object newInstance() {
            return new Object();
        }

        @Override
        public void set(Object instance, String field, String value) {
            throw new IllegalArgumentException("Chat has no field " + field);
        }
    }

    /** A benchmark that names no model. */
    public static final class AnyModel implements BenchmarkDefinition {
        @Override
        public BenchmarkDescriptor descriptor() {
            return TestBenchmarks.descriptor("com.acme.AnyModel", SMALL, List.of(), Set.of());
        }

        @Override
        public Object newInstance() {
            return new Object();
        }

        @Override
        public void set(Object instance, String field, String value) {
            throw new IllegalArgumentException("AnyModel has no field " + field);
        }
    }

    /** A benchmark with a field of its own and methods around points and iterations, which write down that they were called. */
    public static final class Lifecycle implements BenchmarkDefinition {
        static final List<String> CALLS = new CopyOnWriteArrayList<>();
        static final List<Object> INSTANCES = new CopyOnWriteArrayList<>();

        static void forget() {
            CALLS.clear();
            INSTANCES.clear();
        }

        private static final class Instance {
            private String mode;
        }

        @Override
        public BenchmarkDescriptor descriptor() {
            ParamField mode = new ParamField("mode", null, "java.lang.String", List.of("calm"));
            return TestBenchmarks.descriptor("com.acme.Lifecycle", List.of(mode), Set.of(Level.Trial, Level.Iteration));
        }

        @Override
        public Object newInstance() {
            Instance instance = new Instance();
            INSTANCES.add(instance);
            return instance;
        }

        @Override
        public void set(Object instance, String field, String value) {
            ((Instance) instance).mode = value;
        }

        @Override
        public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
            call("setup", instance, level);
        }

        @Override
        public void tearDown(Object instance, Level level, EngineInfo engine) throws Exception {
            call("tearDown", instance, level);
        }

        private static void call(String what, Object instance, Level level) throws Exception {
            String mode = ((Instance) instance).mode;
            CALLS.add(INSTANCES.indexOf(instance) + " " + mode + " " + what + " " + level);
            if (mode.equals(what + level)) {
                throw new java.io.IOException("the user's own trouble");
            }
            if (mode.equals(what + level + "Error")) {
                throw new AssertionError("the user's own error");
            }
        }
    }
}
