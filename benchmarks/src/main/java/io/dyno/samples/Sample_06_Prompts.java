package io.dyno.samples;

import io.dyno.Endpoint;
import io.dyno.Load;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;

/**
 * Prompts made in Java: what a file of settings cannot do. The method is asked for a slice of prompts per window and must give the same ones
 * for the same request, so that every fork and every run is asked the same.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_06 -f 1 -w 1s -r 4s}</pre>
 *
 * <p>What to expect: two rows, one for each number of digits; the longer sums are longer prompts and take a little longer.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", outputLen = 24, endpoint = Endpoint.CHAT)
@Load(maxConcurrency = 4)
public class Sample_06_Prompts {
    /** A parameter of our own: it is no setting, so a method must read it. */
    @Param({"4", "400"})
    public int digits;

    @Prompts
    public List<Prompt> sums(PromptRequest request) {
        SplittableRandom random = new SplittableRandom(request.seed());
        return IntStream.range(0, request.count())
                .mapToObj(i -> Prompt.of("What is " + number(random) + " + " + number(random) + "?"))
                .toList();
    }

    private String number(SplittableRandom random) {
        StringBuilder number = new StringBuilder();
        random.ints(digits, 0, 10).forEach(number::append);
        return number.toString();
    }
}
