package io.dyno.samples;

import io.dyno.EngineInfo;
import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * {@code @Setup} and {@code @TearDown} of {@code Level.Trial} run once per point and fork, when the engine is ready, outside of what is
 * measured. {@code Level.Iteration} is for iterations that stand apart; in a continuous load it is a compile error.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_07 -f 1 -w 1s -r 2s}</pre>
 *
 * <p>What to expect: two lines of this class, before the first window and after the last one.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 64, outputLen = 16)
@Load(maxConcurrency = 4)
public class Sample_07_SetupTearDown {
    @Setup(Level.Trial)
    public void before(EngineInfo engine) {
        System.out.println("    setup: " + engine.model() + " answers at " + engine.url());
    }

    @TearDown(Level.Trial)
    public void after() {
        System.out.println("    tear-down");
    }
}
