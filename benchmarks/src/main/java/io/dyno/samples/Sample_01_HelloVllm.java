package io.dyno.samples;

import io.dyno.VllmBenchmark;

/**
 * A class without members is a complete benchmark: a closed loop of 32 requests of 1024 random tokens in and 1024 out, on 3 fresh engines.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_01 -f 1 -w 2s -r 5s -p outputLen=64}</pre>
 *
 * <p>What to expect: one row. Its Error column is empty: with one fork nothing is known of how engines differ from start to start. Leave
 * {@code -f 1} out, and it fills.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B")
public class Sample_01_HelloVllm {}
