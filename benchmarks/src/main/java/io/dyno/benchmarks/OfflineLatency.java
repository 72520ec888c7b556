package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** How long does one batch take from its prompts to its last token? The lengths and the batch of {@code vllm bench latency}. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        dataset = "random",
        inputLen = 32,
        outputLen = 128,
        batchSize = 8,
        bench = Bench.LATENCY)
@Fork(3)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class OfflineLatency {}
