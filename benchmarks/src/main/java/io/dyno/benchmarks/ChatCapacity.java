package io.dyno.benchmarks;

import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** How many users does this machine hold at 500 ms to the first token and 50 ms a token? The concurrency at which {@code goodput} bends. */
@VllmBenchmark(model = "Qwen/Qwen3-8B", dataset = "random", inputLen = 1024, outputLen = 128)
@Load(maxConcurrency = {1, 8, 64})
@Slo(ttftMillis = 500, tpotMillis = 50)
@Fork(3)
@Warmup(iterations = 1, time = 30)
@Measurement(iterations = 3, time = 60)
public class ChatCapacity {}
