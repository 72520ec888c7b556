package com.acme;

import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link Nested.Holder.InInterface.Deeper}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class Nested_Holder_InInterface_Deeper_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.Nested.Holder.InInterface.Deeper",
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
    public Nested_Holder_InInterface_Deeper_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new Nested.Holder.InInterface.Deeper();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.acme.Nested.Holder.InInterface.Deeper has no @Param field \"" + field + "\"");
    }
}
