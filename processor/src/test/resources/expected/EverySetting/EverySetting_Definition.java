package com.acme;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link EverySetting}.
 */
@Generated("io.dyno.processor.DynoProcessor")
public final class EverySetting_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.EverySetting",
            List.of(
                    new BenchmarkDescriptor.WrittenSetting("model", List.of("Qwen/Qwen3-8B", "/models/of \"mine\"/$1")),
                    new BenchmarkDescriptor.WrittenSetting("revision", List.of("main")),
                    new BenchmarkDescriptor.WrittenSetting("tp", List.of("2")),
                    new BenchmarkDescriptor.WrittenSetting("pp", List.of("1")),
                    new BenchmarkDescriptor.WrittenSetting("dp", List.of("1", "2")),
                    new BenchmarkDescriptor.WrittenSetting("expertParallel", List.of("true", "false")),
                    new BenchmarkDescriptor.WrittenSetting("dtype", List.of("bfloat16")),
                    new BenchmarkDescriptor.WrittenSetting("maxModelLen", List.of("8192")),
                    new BenchmarkDescriptor.WrittenSetting("gpuMemoryUtilization", List.of("0.5", "0.9", "1")),
                    new BenchmarkDescriptor.WrittenSetting("engineSeed", List.of("4294967295")),
                    new BenchmarkDescriptor.WrittenSetting("maxNumSeqs", List.of("256", "512")),
                    new BenchmarkDescriptor.WrittenSetting("maxNumBatchedTokens", List.of("8192")),
                    new BenchmarkDescriptor.WrittenSetting("enforceEager", List.of("false")),
                    new BenchmarkDescriptor.WrittenSetting("enablePrefixCaching", List.of("true", "false")),
                    new BenchmarkDescriptor.WrittenSetting("kvCacheDtype", List.of("fp8")),
                    new BenchmarkDescriptor.WrittenSetting("quantization", List.of("fp8")),
                    new BenchmarkDescriptor.WrittenSetting("speculativeConfig", List.of("{\"method\": \"ngram\",\n"
                            + " \"num_speculative_tokens\": 4}")),
                    new BenchmarkDescriptor.WrittenSetting("blockSize", List.of("16")),
                    new BenchmarkDescriptor.WrittenSetting("engineArgs", List.of("[\"--max-logprobs\",\"5\"]")),
                    new BenchmarkDescriptor.WrittenSetting("env", List.of("[\"VLLM_LOGGING_LEVEL=DEBUG\",\"EMPTY=\"]")),
                    new BenchmarkDescriptor.WrittenSetting("dataset", List.of("jsonl")),
                    new BenchmarkDescriptor.WrittenSetting("datasetPath", List.of("prompts/ünïcode.jsonl")),
                    new BenchmarkDescriptor.WrittenSetting("numPrompts", List.of("100")),
                    new BenchmarkDescriptor.WrittenSetting("outputLen", List.of("64")),
                    new BenchmarkDescriptor.WrittenSetting("batchSize", List.of("1", "8")),
                    new BenchmarkDescriptor.WrittenSetting("endpoint", List.of("COMPLETIONS", "CHAT")),
                    new BenchmarkDescriptor.WrittenSetting("ignoreEos", List.of("true")),
                    new BenchmarkDescriptor.WrittenSetting("seed", List.of("0", "-1")),
                    new BenchmarkDescriptor.WrittenSetting("salt", List.of("true")),
                    new BenchmarkDescriptor.WrittenSetting("oversample", List.of("false")),
                    new BenchmarkDescriptor.WrittenSetting("requestRate", List.of("0.5", "4", "1000000")),
                    new BenchmarkDescriptor.WrittenSetting("burstiness", List.of("1", "inf")),
                    new BenchmarkDescriptor.WrittenSetting("maxConcurrency", List.of("8", "inf")),
                    new BenchmarkDescriptor.WrittenSetting("drained", List.of("true", "false")),
                    new BenchmarkDescriptor.WrittenSetting("temperature", List.of("0", "0.7")),
                    new BenchmarkDescriptor.WrittenSetting("topP", List.of("0.95")),
                    new BenchmarkDescriptor.WrittenSetting("topK", List.of("-1")),
                    new BenchmarkDescriptor.WrittenSetting("minP", List.of("0.05")),
                    new BenchmarkDescriptor.WrittenSetting("presencePenalty", List.of("-2")),
                    new BenchmarkDescriptor.WrittenSetting("frequencyPenalty", List.of("1.5")),
                    new BenchmarkDescriptor.WrittenSetting("repetitionPenalty", List.of("1.1")),
                    new BenchmarkDescriptor.WrittenSetting("samplingSeed", List.of("7"))),
            List.of(),
            List.of(Bench.SERVE, Bench.THROUGHPUT, Bench.LATENCY, Bench.STARTUP),
            new SloLimits(null, null, 10000.0, 0.99),
            2,
            1,
            new BenchmarkDescriptor.Iterations(0, null),
            new BenchmarkDescriptor.Iterations(null, 1500000000L),
            false,
            Set.of(),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public EverySetting_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new EverySetting();
    }

    @Override
    public void set(Object instance, String field, String value) {
        throw new IllegalArgumentException("com.acme.EverySetting has no @Param field \"" + field + "\"");
    }
}
