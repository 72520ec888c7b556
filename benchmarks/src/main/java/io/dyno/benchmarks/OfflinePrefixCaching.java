package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** What does prefix caching save of a batch in which few beginnings are shared by many prompts? */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        dataset = "prefix_repetition",
        prefixLen = {256, 2048},
        suffixLen = 256,
        numPrefixes = 10,
        outputLen = 10,
        numPrompts = 500,
        enablePrefixCaching = {true, false},
        bench = Bench.THROUGHPUT)
@Fork(3)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class OfflinePrefixCaching {}
