package com.names;

import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link List}.
 */
@Generated("io.dyno.processor.DynoProcessor")
public final class List_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.names.List",
            java.util.List.of(),
            java.util.List.of(),
            java.util.List.of(),
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
    public List_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new List();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.names.List has no @Param field \"" + field + "\"");
    }
}
