package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** How many tokens a second does the engine make of a thousand prompts that are all there at once? */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        dataset = "random",
        inputLen = 1024,
        outputLen = 128,
        numPrompts = 1000,
        bench = Bench.THROUGHPUT)
@Fork(3)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class OfflineThroughput {}
