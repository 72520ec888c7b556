package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;

/**
 * Users do not wait for each other. With a finite rate requests are due when the schedule says so, whatever the server does; with
 * burstiness 1 they arrive as a Poisson process, below 1 in bursts, with {@link Load#INF} at constant gaps.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_03 -f 2 -w 2s -r 10s}</pre>
 *
 * <p>What to expect: the same rate, but the bursty row has the longest p99 of {@code ttft}: a burst queues behind itself. The score is
 * {@code e2el_intended}: at a fixed rate the throughput says nothing.
 */
@VllmBenchmark(model = "Qwen/Qwen3-8B", inputLen = 512, outputLen = 32)
@Load(
        requestRate = 8,
        burstiness = {0.2, 1, Load.INF})
public class Sample_03_OpenLoop {}
