package com.acme;

import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link DeprecatedBenchmark.Whole}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings({
        "auxiliaryclass",
        "deprecation",
        "removal"
})
public final class DeprecatedBenchmark_Whole_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.DeprecatedBenchmark.Whole",
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            false,
            Set.of(),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public DeprecatedBenchmark_Whole_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new DeprecatedBenchmark.Whole();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.acme.DeprecatedBenchmark.Whole has no @Param field \"" + field + "\"");
    }
}
