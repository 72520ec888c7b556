package com.acme;

import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.THROUGHPUT;

import io.dyno.EngineArg;
import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/** The example of the documentation. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        tp = {1, 2},
        dataset = "random",
        inputLen = 1024,
        outputLen = 1024,
        bench = {SERVE, THROUGHPUT})
@Load(maxConcurrency = {8, 32, 128})
@Slo(ttftMillis = 500, tpotMillis = 50, attainment = 0.99)
@Fork(3)
@Warmup(iterations = 1, time = 60)
@Measurement(iterations = 3, time = 120)
public class ChatCapacity {
    @Param({"0", "2048"})
    @EngineArg
    int longPrefillTokenThreshold;
}
