package io.dyno.benchmarks;

import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How does latency grow with the rate at which requests arrive? An open loop: requests are due when the schedule says so, whether or not
 * the server keeps up, so waiting is never left out ({@code e2el_intended}).
 */
@VllmBenchmark(model = "Qwen/Qwen3-8B", dataset = "random", inputLen = 512, outputLen = 64)
@Load(requestRate = {8, 16, 32})
@Fork(3)
@Warmup(iterations = 1, time = 30)
@Measurement(iterations = 3, time = 60)
public class RateSweep {}
