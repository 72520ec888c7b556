package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;

/**
 * Profilers attach by a flag, without a change to the class. {@code vllm} reads the engine's own metrics at each window's edges and in
 * between.
 *
 * <p>What to run:
 *
 * <pre>{@code
 * java -jar target/benchmarks.jar -lprof
 * java -jar target/benchmarks.jar Sample_12 -f 1 -w 2s -r 5s -prof "vllm:interval=200"
 * }</pre>
 *
 * <p>What to expect: {@code vllm.kv_cache_usage}, {@code vllm.queue_time} and others in results.json, and the series over time in
 * {@code profiles/}. With at most 4 sequences in a step, 4 of the 8 users wait: {@code vllm.requests_waiting} says so.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 256, outputLen = 64, maxNumSeqs = 4)
@Load(maxConcurrency = 8)
public class Sample_12_Profilers {}
