package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;

/**
 * A fork is a fresh engine. Engines differ from start to start (memory layout, graphs, clocks, neighbours), and a window more in the same
 * engine does not show it: the error is computed over forks, never over pooled windows.
 *
 * <p>What to run, with engines that are made to differ by 5 %:
 *
 * <pre>{@code
 * java -jar target/benchmarks.jar Sample_05 -w 1s -i 5 -r 3s -f 1 -engine sim -sim "engine-cv=0.05"
 * java -jar target/benchmarks.jar Sample_05 -w 1s -i 2 -r 3s -f 5 -engine sim -sim "engine-cv=0.05"
 * }</pre>
 *
 * <p>What to expect: the first has no Error: five windows of one engine agree, and know nothing of the next one. The second has one, and
 * it is about as large as the engines were made to differ.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 128, outputLen = 32)
@Load(maxConcurrency = 8)
@Fork(5)
public class Sample_05_Forks {}
