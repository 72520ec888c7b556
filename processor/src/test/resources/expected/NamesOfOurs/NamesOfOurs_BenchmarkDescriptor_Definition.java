package com.acme;

import io.dyno.EngineInfo;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;
import org.openjdk.jmh.annotations.Level;

/**
 * The definition of {@link NamesOfOurs.BenchmarkDescriptor}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class NamesOfOurs_BenchmarkDescriptor_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.NamesOfOurs.BenchmarkDescriptor",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("instance", null, "com.acme.NamesOfOurs.BenchmarkDescriptor.Level", List.of("LOW", "HIGH"), List.of("LOW", "HIGH")),
                    new BenchmarkDescriptor.ParamField("benchmark", null, "int", List.of("1"))),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            false,
            Set.of(Level.Trial),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public NamesOfOurs_BenchmarkDescriptor_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new NamesOfOurs.BenchmarkDescriptor();
    }

    @Override
    public void set(Object instance, String field, String value) {
        NamesOfOurs.BenchmarkDescriptor benchmark = (NamesOfOurs.BenchmarkDescriptor) instance;
        switch (field) {
            case "instance" -> benchmark.instance = ParamValues.toEnum(field, value, NamesOfOurs.BenchmarkDescriptor.Level.values());
            case "benchmark" -> benchmark.benchmark = ParamValues.toInt(field, value);
            default -> throw new IllegalArgumentException("com.acme.NamesOfOurs.BenchmarkDescriptor has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
        NamesOfOurs.BenchmarkDescriptor benchmark = (NamesOfOurs.BenchmarkDescriptor) instance;
        if (level == Level.Trial) {
            benchmark.setup();
        }
    }
}
