package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;

/** How long until the engine's first token, with empty compile caches and with full ones, and what do compilation and graphs cost of it? */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        enforceEager = {false, true},
        bench = Bench.STARTUP)
@Fork(1)
@Measurement(iterations = 5)
public class Startup {}
