package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What {@code vllm bench serve} measures: one isolated run of so many requests, from an empty engine to an empty engine. Use it to compare
 * with other tools; for everything else continuous windows are better, because every drained run begins with a burst of prefills.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_09}</pre>
 *
 * <p>What to expect: two rows; the drained one has the longer p99 of {@code ttft}: all of its first 16 requests come at once.
 */
@VllmBenchmark(model = "Qwen/Qwen3-8B", inputLen = 512, outputLen = 32, numPrompts = 64)
@Load(
        maxConcurrency = 16,
        drained = {true, false})
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class Sample_09_Drained {}
