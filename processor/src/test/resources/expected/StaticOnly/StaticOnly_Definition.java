package com.acme;

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
 * The definition of {@link StaticOnly}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class StaticOnly_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.StaticOnly",
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            true,
            Set.of(),
            Set.of(Level.Trial));

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public StaticOnly_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new StaticOnly();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.acme.StaticOnly has no @Param field \"" + field + "\"");
    }

    @Override
    public Iterable<Prompt> prompts(Object instance, PromptRequest request) throws Exception {
        return StaticOnly.prompts(request);
    }

    @Override
    public void tearDown(Object instance, Level level, EngineInfo engine) throws Exception {
        if (level == Level.Trial) {
            StaticOnly.clear();
        }
    }
}
