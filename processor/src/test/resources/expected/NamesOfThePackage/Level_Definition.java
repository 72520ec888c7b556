package com.names;

import io.dyno.Bench;
import io.dyno.EngineInfo;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link Level}.
 */
@Generated("io.dyno.processor.DynoProcessor")
public final class Level_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.names.Level",
            List.of(),
            List.of(),
            List.of(Bench.SERVE),
            null,
            null,
            null,
            null,
            null,
            false,
            Set.of(org.openjdk.jmh.annotations.Level.Trial),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public Level_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new Level();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.names.Level has no @Param field \"" + field + "\"");
    }

    @Override
    public void setup(Object instance, org.openjdk.jmh.annotations.Level level, EngineInfo engine)
            throws Exception {
        Level benchmark = (Level) instance;
        if (level == org.openjdk.jmh.annotations.Level.Trial) {
            benchmark.prepare();
        }
    }
}
