package io.dyno.samples;

import io.dyno.EngineArg;
import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Everything sweeps. An attribute with several values, or a {@code @Param} field: {@code @EngineArg} names any flag of vLLM, a field named
 * like a setting sets that setting.
 *
 * <p>What to run:
 *
 * <pre>{@code
 * java -jar target/benchmarks.jar Sample_02 -lp                                  # what would run, and how long
 * java -jar target/benchmarks.jar Sample_02 -f 1 -w 1s -r 3s -p outputLen=32
 * java -jar target/benchmarks.jar Sample_02 -f 1 -w 1s -r 3s -p outputLen=32 -p maxConcurrency=4 -p max-num-seqs=2
 * }</pre>
 *
 * <p>What to expect: four rows; two engines are started, not four, because concurrency is a setting of the load and the engine is kept.
 * With at most 8 sequences in a step the row of 32 users waits: its {@code ttft} is far longer, its throughput lower.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 256, outputLen = 64)
@Load(maxConcurrency = {8, 32})
public class Sample_02_Params {
    @Param({"8", "256"})
    @EngineArg("max-num-seqs")
    int maxNumSeqs;
}
