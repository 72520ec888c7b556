package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;
import io.dyno.run.Options;
import io.dyno.run.Runner;
import java.time.Duration;

/**
 * From Java: everything that the command line can say, the builder can say.
 *
 * <p>What to run:
 *
 * <pre>{@code java -cp target/benchmarks.jar io.dyno.samples.Sample_11_Main}</pre>
 *
 * <p>What to expect: the same output as from the command line, and the exit code of the run.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 64, outputLen = 16)
@Load(maxConcurrency = 4)
public class Sample_11_Main {
    public static void main(String[] args) throws Exception {
        Options options = Options.builder()
                .include("Sample_11_Main")
                .forks(1)
                .warmupTime(Duration.ofSeconds(1))
                .time(Duration.ofSeconds(2))
                .build();
        System.exit(new Runner(options).run().exit().code());
    }
}
