package io.dyno.benchmarks;

import io.dyno.Bench;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;

/** Are long documents still in the prefix cache when they are asked about again? Twice each of 8, in an order of {@link #repeat}. */
@VllmBenchmark(model = "Qwen/Qwen3-8B", outputLen = 10, numPrompts = 16, bench = Bench.THROUGHPUT)
public class LongDocumentQa {
    /** {@code tile} is 1 2 3 1 2 3, {@code interleave} is 1 1 2 2 3 3, {@code random} is shuffled. */
    @Param({"random", "tile", "interleave"})
    public String repeat;

    @Param("20000")
    public int documentLen; // tokens

    @Prompts
    public List<Prompt> prompts(PromptRequest request) {
        Random random = new Random(request.seed());
        int[][] documents = new int[(request.count() + 1) / 2][];
        Arrays.setAll(documents, i -> random.ints(documentLen, 1_000, 30_000).toArray());
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            prompts.add(Prompt.ofTokens(documents[repeat.equals("tile") ? i % documents.length : i / 2]));
        }
        if (repeat.equals("random")) {
            Collections.shuffle(prompts, random);
        }
        return prompts;
    }
}
