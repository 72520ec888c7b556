package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** How does throughput depend on the lengths of prompt and answer? Every input length with every output length. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        dataset = "random",
        inputLen = {128, 512, 1024, 2048},
        outputLen = {128, 512, 1024, 2048},
        numPrompts = 256,
        bench = Bench.THROUGHPUT)
@Fork(2)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class IslOslGrid {}
