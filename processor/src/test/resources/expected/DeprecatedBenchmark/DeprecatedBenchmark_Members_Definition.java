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
 * The definition of {@link DeprecatedBenchmark.Members}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings({
        "auxiliaryclass",
        "deprecation",
        "removal"
})
public final class DeprecatedBenchmark_Members_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.DeprecatedBenchmark.Members",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("tp", "tp", "int", List.of("1"))),
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
    public DeprecatedBenchmark_Members_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new DeprecatedBenchmark.Members();
    }

    @Override
    public void set(Object instance, String field, String value) {
        DeprecatedBenchmark.Members benchmark = (DeprecatedBenchmark.Members) instance;
        switch (field) {
            case "tp" -> benchmark.tp = ParamValues.toInt(field, value);
            default -> throw new IllegalArgumentException("com.acme.DeprecatedBenchmark.Members has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
        DeprecatedBenchmark.Members benchmark = (DeprecatedBenchmark.Members) instance;
        if (level == Level.Trial) {
            benchmark.prepare();
        }
    }
}
