package com.acme;

import io.dyno.Bench;
import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;
import org.openjdk.jmh.annotations.Level;

/**
 * The definition of {@link Lifecycle}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class Lifecycle_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.Lifecycle",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("variant", null, "java.lang.String", List.of("a", "b"))),
            List.of(Bench.THROUGHPUT, Bench.LATENCY),
            null,
            null,
            null,
            null,
            null,
            true,
            Set.of(Level.Trial, Level.Iteration),
            Set.of(Level.Trial, Level.Iteration));

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public Lifecycle_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new Lifecycle();
    }

    @Override
    public void set(Object instance, String field, String value) {
        Lifecycle benchmark = (Lifecycle) instance;
        switch (field) {
            case "variant" -> benchmark.variant = value;
            default -> throw new IllegalArgumentException("com.acme.Lifecycle has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public Iterable<Prompt> prompts(Object instance, PromptRequest request) throws Exception {
        return ((Lifecycle) instance).prompts(request);
    }

    @Override
    public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
        Lifecycle benchmark = (Lifecycle) instance;
        if (level == Level.Trial) {
            benchmark.fromInterface();
            benchmark.baseFirst(engine);
            benchmark.overridden();
            Lifecycle.onTheClass();
        }
        if (level == Level.Iteration) {
            benchmark.filledIn();
            benchmark.around(engine);
        }
    }

    @Override
    public void tearDown(Object instance, Level level, EngineInfo engine) throws Exception {
        Lifecycle benchmark = (Lifecycle) instance;
        if (level == Level.Trial) {
            benchmark.derivedFirst();
            benchmark.baseLast();
        }
        if (level == Level.Iteration) {
            benchmark.around(engine);
        }
    }
}
