package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.Endpoint;
import io.dyno.plan.PromptShape;
import io.dyno.plan.Spread;
import io.dyno.plan.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts that Dyno makes: lengths that spread, prefixes that repeat, lines of a text. */
class MadePromptsTest {
    private static final Spread FIXED = new Spread.Fixed();

    /** A word is a token; the chat template adds five. */
    private static final ChatTokenizer WORDS = text -> text.strip().split("\\s+", -1).length + 5;

    @TempDir
    private Path folder;

    private static PromptSource open(
            String dataset, String path, int in, int out, PromptShape shape, Endpoint endpoint, boolean salt)
            throws DatasetException {
        Workload workload = new Workload(dataset, path, in, out, shape, endpoint, true, Map.of(), 5, null, false);
        return Datasets.open(workload, new Datasets.Context(3, 20, null, WORDS, salt, "run", null));
    }

    private static PromptSource random(int in, int out, Spread input, Spread output) throws DatasetException {
        PromptShape shape = new PromptShape(input, output, null, null, null);
        return open("random", null, in, out, shape, Endpoint.COMPLETIONS, false);
    }

    private static List<DrawnPrompt> draw(PromptSource source, int window, int n) throws DatasetException {
        PromptSlice slice = source.open(window);
        List<DrawnPrompt> drawn = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            drawn.add(slice.next());
        }
        return drawn;
    }

    // ---- lengths ----

    @ParameterizedTest(name = "{0} ± {1}: {2} to {3}")
    @CsvSource({"1024, 0.3, 716, 1332", "128, 0.5, 64, 192", "10, 0.25, 7, 13", "1, 0.9, 1, 2"})
    void aRangeReachesBothOfItsEndsAndNothingBeyond(int length, double ratio, int shortest, int longest)
            throws DatasetException {
        List<DrawnPrompt> drawn = draw(random(16, length, FIXED, new Spread.Range(ratio)), 0, 10_000);

        assertThat(drawn.stream().mapToInt(DrawnPrompt::outputLen).summaryStatistics())
                .satisfies(seen -> {
                    assertThat(seen.getMin()).as("shortest").isEqualTo(shortest);
                    assertThat(seen.getMax()).as("longest").isEqualTo(longest);
                });
    }

    @Test
    void normalLengthsHaveTheirMeanAndDeviationAndAreAtLeastOne() throws DatasetException {
        double[] lengths = draw(random(100, 8, new Spread.Normal(30), FIXED), 0, 20_000).stream()
                .mapToDouble(prompt -> prompt.prompt().tokenIds().length)
                .toArray();
        double mean = Arrays.stream(lengths).average().orElseThrow();
        double variance = Arrays.stream(lengths)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow();

        assertThat(mean).as("rounded up: half a token more").isBetween(100.0, 101.0);
        assertThat(Math.sqrt(variance)).isBetween(29.0, 31.0);
        assertThat(draw(random(2, 8, new Spread.Normal(30), FIXED), 0, 200))
                .allSatisfy(prompt -> assertThat(prompt.prompt().tokenIds()).isNotEmpty());
    }

    @Test
    void whatSpreadsIsInTheHashAndFixedLengthsHaveTheHashTheyAlwaysHad() throws DatasetException {
        Set<String> hashes = new HashSet<>();
        for (PromptSource source : List.of(
                random(64, 8, FIXED, FIXED),
                random(64, 8, new Spread.Range(0.5), FIXED),
                random(64, 8, new Spread.Range(0.25), FIXED),
                random(64, 8, new Spread.Normal(5), FIXED),
                random(64, 8, FIXED, new Spread.Normal(5)))) {
            hashes.add(source.datasetHash());
        }
        assertThat(hashes).hasSize(5);
    }

    // ---- prefix_repetition ----

    private static PromptSource prefixes(int prefix, int suffix, int number, boolean salt) throws DatasetException {
        PromptShape shape = new PromptShape(FIXED, FIXED, prefix, suffix, number);
        return open("prefix_repetition", null, 1, 128, shape, Endpoint.COMPLETIONS, salt);
    }

    private static Map<List<Integer>, Long> counts(List<DrawnPrompt> drawn, int prefix) {
        return drawn.stream()
                .map(prompt -> IntStream.of(prompt.prompt().tokenIds())
                        .limit(prefix)
                        .boxed()
                        .toList())
                .collect(Collectors.groupingBy(ids -> ids, Collectors.counting()));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void prefixesAreDealtEvenlyAndTheRemainderIsNotDropped(boolean salt) throws DatasetException {
        List<DrawnPrompt> drawn = draw(prefixes(256, 256, 10, salt), 0, 23);

        assertThat(drawn).allSatisfy(prompt -> {
            assertThat(prompt.prompt().tokenIds()).hasSize(512);
            assertThat(prompt.outputLen()).isEqualTo(128);
        });
        assertThat(drawn).extracting(DrawnPrompt::hash).doesNotHaveDuplicates();
        assertThat(counts(drawn, 256).values())
                .as("each of 10 prefixes twice, three of them once more; salt leaves them shared")
                .hasSize(10)
                .containsOnly(2L, 3L);
    }

    @Test
    void slicesShareNoPrefixAndSaltMakesThoseOfAnotherRunOthers() throws DatasetException {
        Set<List<Integer>> all = new HashSet<>();
        for (int window : new int[] {-1, -2, 0, 1, 2}) {
            all.addAll(counts(draw(prefixes(16, 4, 10, false), window, 40), 16).keySet());
        }
        all.addAll(counts(draw(prefixes(16, 4, 10, true), 0, 40), 16).keySet());
        assertThat(all).hasSize(60);
    }

    @Test
    void whatCannotBeDistinctSaysSo() throws DatasetException {
        PromptSource tiny = prefixes(16, 1, 1, false);
        assertThatThrownBy(() -> draw(tiny, 0, 40_000))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("suffixLen 1")
                .hasMessageContaining("Set a larger suffixLen");
    }

    // ---- sonnet ----

    private String poem() throws IOException {
        String text = IntStream.range(0, 200)
                .mapToObj(line -> IntStream.range(0, 6)
                        .mapToObj(word -> "w" + line + "x" + word)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n\n"));
        return Files.writeString(folder.resolve("poem.txt"), text).toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"COMPLETIONS, 120", "CHAT, 115"})
    void sonnetPromptsHaveTheirLengthShareTheirBeginningAndDifferBehindIt(Endpoint endpoint, int words)
            throws Exception {
        PromptShape shape = new PromptShape(FIXED, FIXED, 40, null, null);
        PromptSource source = open("sonnet", poem(), 120, 9, shape, endpoint, false);
        List<DrawnPrompt> drawn = draw(source, 0, 30);

        String shared = String.join(
                " ",
                Arrays.asList(drawn.get(0).prompt().text().split("\\s+", -1)).subList(0, 40));
        assertThat(shared).startsWith("w0x0 w0x1").endsWith("w6x3");
        assertThat(drawn).allSatisfy(prompt -> {
            String[] own = prompt.prompt().text().split("\\s+", -1);
            assertThat(own).as("tokens, the template's five included on chat").hasSize(words);
            assertThat(String.join(" ", own)).startsWith(shared);
            assertThat(prompt.outputLen()).isEqualTo(9);
        });
        assertThat(drawn).extracting(DrawnPrompt::hash).doesNotHaveDuplicates();
    }

    @Test
    void sonnetNeedsAnEngineThatCounts() throws IOException {
        Workload workload = new Workload(
                "sonnet",
                poem(),
                120,
                9,
                new PromptShape(FIXED, FIXED, 40, null, null),
                Endpoint.COMPLETIONS,
                false,
                Map.of(),
                5,
                null,
                false);
        assertThatThrownBy(() -> Datasets.open(workload, new Datasets.Context(3, 20, null, null, false, "", null)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("this engine counts none")
                .hasMessageContaining("jsonl");
    }
}
