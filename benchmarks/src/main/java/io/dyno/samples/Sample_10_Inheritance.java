package io.dyno.samples;

import io.dyno.Load;
import io.dyno.VllmBenchmark;

/**
 * Attributes come from base classes one by one, so that what many benchmarks share is written once.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_10 -f 1 -w 1s -r 3s}</pre>
 *
 * <p>What to expect: two rows with the base's model and lengths; {@code LongAnswers} asks for twice the output.
 */
public class Sample_10_Inheritance {
    private Sample_10_Inheritance() {}

    @VllmBenchmark(model = "Qwen/Qwen3-0.6B", inputLen = 128, outputLen = 32)
    @Load(maxConcurrency = 8)
    abstract static class OurChat {}

    @VllmBenchmark
    static class ShortAnswers extends OurChat {}

    @VllmBenchmark(outputLen = 64)
    static class LongAnswers extends OurChat {}
}
