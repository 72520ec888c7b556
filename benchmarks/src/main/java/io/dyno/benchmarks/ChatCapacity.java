package io.dyno.benchmarks;

import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;

/** How many users does one engine hold at 500 ms to the first token and 50 ms a token? */
@VllmBenchmark(model = "Qwen/Qwen3-8B", dataset = "random", inputLen = 128, outputLen = 64)
@Load(maxConcurrency = {1, 8, 32})
@Slo(ttftMillis = 500, tpotMillis = 50, attainment = 0.99)
public class ChatCapacity {}
