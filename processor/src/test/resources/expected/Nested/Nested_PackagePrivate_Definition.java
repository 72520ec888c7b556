package com.acme;

import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link Nested.PackagePrivate}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class Nested_PackagePrivate_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.Nested.PackagePrivate",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("drained", "drained", "boolean", List.of("false", "true"))),
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
    public Nested_PackagePrivate_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new Nested.PackagePrivate();
    }

    @Override
    public void set(Object instance, String field, String value) {
        Nested.PackagePrivate benchmark = (Nested.PackagePrivate) instance;
        switch (field) {
            case "drained" -> benchmark.drained = ParamValues.toBoolean(field, value);
            default -> throw new IllegalArgumentException("com.acme.Nested.PackagePrivate has no @Param field \"" + field + "\"");
        }
    }
}
