package io.dyno.benchmarks;

import io.dyno.Load;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/** What does prefix caching save when every prompt begins with the same system prompt? Compare {@code ttft} of the two rows. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        outputLen = 32,
        enablePrefixCaching = {true, false})
@Load(maxConcurrency = 8)
@Fork(3)
@Warmup(iterations = 1, time = 30)
@Measurement(iterations = 3, time = 60)
public class PrefixCaching {
    /** Length of the common beginning, tokens. */
    @Param("2048")
    public int sharedLen;

    /** Length of what only one prompt has, tokens. */
    @Param("64")
    public int ownLen;

    /** Token ids below this are ordinary text in every tokenizer of the suite's models. */
    private static final int VOCABULARY = 30_000;

    /** The common beginning depends on its length only; what follows is new in every prompt of every window. */
    @Prompts
    public List<Prompt> prompts(PromptRequest request) {
        int[] shared = new SplittableRandom(sharedLen)
                .ints(sharedLen, 1_000, VOCABULARY)
                .toArray();
        SplittableRandom random = new SplittableRandom(request.seed());
        return IntStream.range(0, request.count())
                .mapToObj(i ->
                        Prompt.ofTokens(IntStream.concat(IntStream.of(shared), random.ints(ownLen, 1_000, VOCABULARY))
                                .toArray()))
                .toList();
    }
}
