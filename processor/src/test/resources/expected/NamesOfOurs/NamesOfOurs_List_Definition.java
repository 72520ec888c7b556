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
 * The definition of {@link NamesOfOurs.List}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class NamesOfOurs_List_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.NamesOfOurs.List",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("field", null, "int", List.of("1")),
                    new BenchmarkDescriptor.ParamField("value", null, "int", List.of("2"))),
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
    public NamesOfOurs_List_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new NamesOfOurs.List();
    }

    @Override
    public void set(Object instance, String field, String value) {
        NamesOfOurs.List benchmark = (NamesOfOurs.List) instance;
        switch (field) {
            case "field" -> benchmark.field = ParamValues.toInt(field, value);
            case "value" -> benchmark.value = ParamValues.toInt(field, value);
            default -> throw new IllegalArgumentException("com.acme.NamesOfOurs.List has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
        NamesOfOurs.List benchmark = (NamesOfOurs.List) instance;
        if (level == Level.Trial) {
            benchmark.descriptor();
        }
    }
}
