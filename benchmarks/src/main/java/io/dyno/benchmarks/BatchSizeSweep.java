package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** Where does a larger batch stop to pay? {@code output_throughput} against {@code e2el} of one batch. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        dataset = "random",
        inputLen = 128,
        outputLen = 128,
        batchSize = {32, 64, 128, 256, 384},
        maxNumSeqs = 384,
        bench = Bench.LATENCY)
@Fork(3)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class BatchSizeSweep {}
