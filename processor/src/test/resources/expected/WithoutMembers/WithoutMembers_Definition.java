package com.acme;

import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link WithoutMembers}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class WithoutMembers_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.WithoutMembers",
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
    public WithoutMembers_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new WithoutMembers();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.acme.WithoutMembers has no @Param field \"" + field + "\"");
    }
}
