package com.acme;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link ChatCapacity}.
 */
@Generated("io.dyno.processor.DynoProcessor")
public final class ChatCapacity_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.ChatCapacity",
            List.of(
                    new BenchmarkDescriptor.WrittenSetting("model", List.of("Qwen/Qwen3-8B")),
                    new BenchmarkDescriptor.WrittenSetting("tp", List.of("1", "2")),
                    new BenchmarkDescriptor.WrittenSetting("dataset", List.of("random")),
                    new BenchmarkDescriptor.WrittenSetting("inputLen", List.of("1024")),
                    new BenchmarkDescriptor.WrittenSetting("outputLen", List.of("1024")),
                    new BenchmarkDescriptor.WrittenSetting("maxConcurrency", List.of("8", "32", "128"))),
            List.of(
                    new BenchmarkDescriptor.ParamField("longPrefillTokenThreshold", "long-prefill-token-threshold", "int", List.of("0", "2048"))),
            List.of(Bench.SERVE, Bench.THROUGHPUT),
            new SloLimits(500.0, 50.0, null, 0.99),
            3,
            null,
            new BenchmarkDescriptor.Iterations(1, 60000000000L),
            new BenchmarkDescriptor.Iterations(3, 120000000000L),
            false,
            Set.of(),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public ChatCapacity_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new ChatCapacity();
    }

    @Override
    public void set(Object instance, String field, String value) {
        ChatCapacity benchmark = (ChatCapacity) instance;
        switch (field) {
            case "longPrefillTokenThreshold" -> benchmark.longPrefillTokenThreshold = ParamValues.toInt(field, value);
            default -> throw new IllegalArgumentException("com.acme.ChatCapacity has no @Param field \"" + field + "\"");
        }
    }
}
