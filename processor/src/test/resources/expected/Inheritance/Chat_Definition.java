package com.acme;

import com.base.Company;
import io.dyno.EngineInfo;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;
import org.openjdk.jmh.annotations.Level;

/**
 * The definition of {@link Chat}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class Chat_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.Chat",
            List.of(
                    new BenchmarkDescriptor.WrittenSetting("model", List.of("Qwen/Qwen3-8B")),
                    new BenchmarkDescriptor.WrittenSetting("tp", List.of("4")),
                    new BenchmarkDescriptor.WrittenSetting("inputLen", List.of("512")),
                    new BenchmarkDescriptor.WrittenSetting("outputLen", List.of("256")),
                    new BenchmarkDescriptor.WrittenSetting("requestRate", List.of("2", "4")),
                    new BenchmarkDescriptor.WrittenSetting("maxConcurrency", List.of("8")),
                    new BenchmarkDescriptor.WrittenSetting("temperature", List.of("0.7")),
                    new BenchmarkDescriptor.WrittenSetting("topP", List.of("1"))),
            List.of(
                    new BenchmarkDescriptor.ParamField("maxNumSeqs", "maxNumSeqs", "int", List.of("128", "256")),
                    new BenchmarkDescriptor.ParamField("tone", null, "com.base.Company.Tone", List.of("WARM", "COLD"), List.of("WARM", "COLD"))),
            List.of(),
            new SloLimits(500.0, null, null, 0.95),
            2,
            1,
            new BenchmarkDescriptor.Iterations(2, 10000000000L),
            null,
            false,
            Set.of(Level.Trial),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public Chat_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new Chat();
    }

    @Override
    public void set(Object instance, String field, String value) {
        Chat benchmark = (Chat) instance;
        switch (field) {
            case "maxNumSeqs" -> benchmark.maxNumSeqs = ParamValues.toInt(field, value);
            case "tone" -> benchmark.tone = ParamValues.toEnum(field, value, Company.Tone.values());
            default -> throw new IllegalArgumentException("com.acme.Chat has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public void setup(Object instance, Level level, EngineInfo engine) throws Exception {
        Chat benchmark = (Chat) instance;
        if (level == Level.Trial) {
            benchmark.prepare();
            benchmark.own();
        }
    }
}
