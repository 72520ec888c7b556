package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {
    private static final int[] SLICES = {PromptRequest.WARMUP, PromptRequest.TAIL, 0, 1, 2, 3, 4};

    @TempDir
    Path folder;

    private static Workload workload(
            String dataset, String path, Integer in, Integer out, Endpoint endpoint, boolean oversample) {
        return new Workload(dataset, path, in, out, endpoint, true, Map.of(), 5, null, oversample);
    }

    private static Datasets.Context context(boolean salt, String nonce, ChatTokenizer tokenizer, PromptMethod method) {
        return new Datasets.Context(3, 20, null, tokenizer, salt, nonce, method);
    }

    private static Datasets.Context plain() {
        return context(false, "", null, null);
    }

    private static List<DrawnPrompt> draw(PromptSource source, int window, int n) throws DatasetException {
        PromptSlice slice = source.open(window);
        List<DrawnPrompt> drawn = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            drawn.add(slice.next());
        }
        return drawn;
    }

    private PromptSource jsonl(String content, boolean oversample) throws IOException, DatasetException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), content);
        return Datasets.open(workload("jsonl", file.toString(), null, null, Endpoint.COMPLETIONS, oversample), plain());
    }

    private static String rows(int n) {
        return String.join(
                "\n",
                IntStream.range(0, n)
                        .mapToObj(i -> "{\"prompt\": \"row " + i + "\"}")
                        .toList());
    }

    // ---- random ----

    @ParameterizedTest(name = "{0} tokens")
    @ValueSource(ints = {1, 2, 5, 6, 1024})
    void randomPromptsHaveTheExactLengthAreAllDifferentAndTheSameInEveryRun(int length) throws DatasetException {
        Workload workload = workload("random", null, length, 7, Endpoint.COMPLETIONS, false);
        Set<String> seen = new HashSet<>();
        for (int window : SLICES) {
            List<DrawnPrompt> drawn = draw(Datasets.open(workload, plain()), window, 200);

            assertThat(draw(Datasets.open(workload, plain()), window, 200).stream()
                            .map(DrawnPrompt::hash))
                    .as("the same again")
                    .containsExactlyElementsOf(
                            drawn.stream().map(DrawnPrompt::hash).toList());
            for (DrawnPrompt p : drawn) {
                assertThat(p.prompt().tokenIds()).hasSize(length);
                assertThat(IntStream.of(p.prompt().tokenIds()).allMatch(id -> id >= 1000 && id < 31_000))
                        .as("ids of every vocabulary in use")
                        .isTrue();
                assertThat(p.outputLen()).isEqualTo(7);
                assertThat(seen.add(p.hash()))
                        .as("no prompt twice, in whatever slice")
                        .isTrue();
            }
        }
    }

    @Test
    void aOneTokenPromptRunsOutWithACount() throws DatasetException {
        PromptSource source = Datasets.open(workload("random", null, 1, 7, Endpoint.COMPLETIONS, false), plain());

        assertThatThrownBy(() -> draw(source, 0, 2000))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("inputLen 1 left")
                .hasMessageContaining("Set a larger inputLen");
    }

    @Test
    void saltMakesPromptsUnlikeThoseOfOtherRunsFromTheFirstTokens() throws DatasetException {
        Workload workload = workload("random", null, 64, 7, Endpoint.COMPLETIONS, false);
        int[] plain =
                draw(Datasets.open(workload, plain()), 0, 1).get(0).prompt().tokenIds();
        int[] a = draw(Datasets.open(workload, context(true, "run-a", null, null)), 0, 1)
                .get(0)
                .prompt()
                .tokenIds();
        int[] b = draw(Datasets.open(workload, context(true, "run-b", null, null)), 0, 1)
                .get(0)
                .prompt()
                .tokenIds();

        assertThat(Arrays.copyOf(a, 8)).isNotEqualTo(Arrays.copyOf(b, 8));
        assertThat(Arrays.copyOfRange(a, 8, 64))
                .as("the rest is the same prompt")
                .isEqualTo(Arrays.copyOfRange(plain, 8, 64));
    }

    // ---- random on chat ----

    @Test
    void chatPromptsAreFittedToTheLengthThatTheServerCountsAndTheServerIsAskedNoMoreOnceItIsUnderstood()
            throws DatasetException {
        List<String> asked = new ArrayList<>();
        ChatTokenizer oneWordOneToken = text -> {
            asked.add(text);
            return 9 + text.split(" ").length;
        };
        PromptSource source = Datasets.open(
                workload("random", null, 100, 7, Endpoint.CHAT, false), context(false, "", oneWordOneToken, null));

        List<DrawnPrompt> drawn = draw(source, 0, 300);

        assertThat(drawn).allSatisfy(p -> assertThat(9 + p.prompt().text().split(" ").length)
                .isEqualTo(100));
        assertThat(drawn.stream().map(DrawnPrompt::hash)).doesNotHaveDuplicates();
        assertThat(asked).hasSize(1 + FittedPrompts.TRUST_AFTER);
        assertThat(source.report()).isEqualTo(new PromptSource.Report(0, FittedPrompts.TRUST_AFTER, 0));
    }

    @Test
    void aTokenizerOfAnotherKindIsFollowedAsNearlyAsPossibleAndTheDistanceIsReported() throws DatasetException {
        ChatTokenizer threeCharacters = text -> 5 + (text.length() + 2) / 3;
        PromptSource source = Datasets.open(
                workload("random", null, 200, 7, Endpoint.CHAT, false), context(false, "", threeCharacters, null));

        List<DrawnPrompt> drawn = draw(source, 0, 50);

        int worst = drawn.stream()
                .mapToInt(p -> Math.abs(200 - (5 + (p.prompt().text().length() + 2) / 3)))
                .max()
                .orElseThrow();
        assertThat(worst).isLessThanOrEqualTo(1);
        assertThat(source.report().worstMisfitTokens()).isEqualTo(worst);
        assertThat(source.report().fitted()).isEqualTo(50);
    }

    @Test
    void chatSlicesAreDisjointAndTheSameInEveryRun() throws DatasetException {
        ChatTokenizer words = text -> 9 + text.split(" ").length;
        Set<String> seen = new HashSet<>();
        for (int window : SLICES) {
            Workload workload = workload("random", null, 12, 7, Endpoint.CHAT, false);
            List<DrawnPrompt> drawn = draw(Datasets.open(workload, context(false, "", words, null)), window, 100);
            assertThat(draw(Datasets.open(workload, context(false, "", words, null)), window, 100).stream()
                            .map(DrawnPrompt::hash))
                    .containsExactlyElementsOf(
                            drawn.stream().map(DrawnPrompt::hash).toList());
            assertThat(drawn).allSatisfy(p -> assertThat(seen.add(p.hash())).isTrue());
        }
    }

    @Test
    void aServerThatCannotTokenizeIsNamedWithTheRemedy() throws DatasetException {
        PromptSource source = Datasets.open(
                workload("random", null, 12, 7, Endpoint.CHAT, false),
                context(
                        false,
                        "",
                        text -> {
                            throw new IOException("HTTP 404: Not Found");
                        },
                        null));

        assertThatThrownBy(() -> draw(source, 0, 1))
                .hasMessageContaining("HTTP 404")
                .hasMessageContaining("COMPLETIONS");
    }

    // ---- rows ----

    @Test
    void theBundledDatasetHasVariedPromptsAndRepeatsThemSalted() throws DatasetException {
        RowPrompts.Rows bundled = JsonlDataset.bundled();
        assertThat(bundled.prompts()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
        assertThat(bundled.prompts()).allSatisfy(p -> assertThat(p.outputLen()).isNotNull());

        PromptSource source = Datasets.open(workload("dyno", null, null, null, Endpoint.CHAT, true), plain());
        List<DrawnPrompt> drawn = draw(source, 0, 40);

        assertThat(drawn.stream().map(DrawnPrompt::hash)).doesNotHaveDuplicates();
        assertThat(source.report().repeated())
                .as("65 rows in five slices of 13")
                .isEqualTo(40 - 13);
        assertThat(drawn.get(13).prompt().text())
                .matches("(?s)\\[[0-9a-f]{16}\\]\\n.*")
                .endsWith(drawn.get(0).prompt().text());
    }

    @Test
    void aFiniteDatasetIsShuffledAndCutIntoEqualSlicesThatShareNothing() throws Exception {
        PromptSource source = jsonl(rows(52), false);

        Set<String> seen = new HashSet<>();
        for (int window : new int[] {PromptRequest.WARMUP, PromptRequest.TAIL, 0, 1, 2}) {
            draw(source, window, 10)
                    .forEach(p -> assertThat(seen.add(p.prompt().text())).isTrue());
        }
        assertThat(draw(source, 0, 10).stream().map(p -> p.prompt().text()))
                .as("shuffled")
                .isNotEqualTo(IntStream.range(0, 10).mapToObj(i -> "row " + i).toList());
        assertThat(source.has(2)).isTrue();
        assertThat(source.has(3)).as("cut for three windows").isFalse();
        assertThat(source.datasetHash()).hasSize(64);
    }

    @Test
    void aSliceThatRunsOutSaysHowManyRowsThereAreAndWhatToDo() throws Exception {
        PromptSource source = jsonl(rows(52), false);

        assertThatThrownBy(() -> draw(source, 1, 11))
                .hasMessageContaining("has 52 rows")
                .hasMessageContaining("ran out after 10 prompts")
                .hasMessageContaining("oversample = true");
        assertThat(draw(source, PromptRequest.TAIL, 25))
                .as("the tail scores nothing and goes on")
                .hasSize(25);
        assertThat(source.report().repeated()).isEqualTo(15);
    }

    @Test
    void aDatasetSmallerThanItsSlicesStillServesThemAllWhenOversampled() throws Exception {
        PromptSource source = jsonl(rows(3), true);

        Set<String> seen = new HashSet<>();
        for (int window : SLICES) {
            draw(source, window, 10).forEach(p -> assertThat(seen.add(p.hash())).isTrue());
        }
        assertThat(source.report().repeated()).isEqualTo(70);
    }

    @Test
    void aRowThatStandsInTheFileTwiceIsSaltedTheSecondTime() throws Exception {
        PromptSource source = jsonl("{\"prompt\":\"same\"}\n".repeat(10), false);

        Set<String> seen = new HashSet<>();
        for (int window : new int[] {PromptRequest.WARMUP, PromptRequest.TAIL, 0, 1, 2}) {
            draw(source, window, 2).forEach(p -> assertThat(seen.add(p.hash())).isTrue());
        }
        assertThat(source.report().repeated()).isEqualTo(9);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\": \"hello\", \"output_tokens\": 12} | hello | 12",
                "{\"task_id\": 3, \"prompt\": \"hello\", \"output_len\": 13} | hello | 13",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}], \"max_tokens\": 14} | hello | 14",
                "{\"task_id\": 3, \"input_ids\": [1, 2, 3], \"output_tokens\": 15} | [1, 2, 3] | 15",
                "{\"prompt_token_ids\": [1, 2, 3], \"output_tokens\": 16} | [1, 2, 3] | 16",
                "{\"prompt\": [1, 2, 3], \"output_tokens\": 17} | [1, 2, 3] | 17",
                "{\"id\": \"x\", \"prompt\": \"no length\"} | no length |",
            })
    void rowsOfOtherToolsAreUnderstood(String row, String prompt, Integer outputLen) throws Exception {
        Path file = Files.writeString(folder.resolve("row.jsonl"), row);

        Prompt read = JsonlDataset.read(file.toString(), null).prompts().get(0);

        assertThat(read.text() != null ? read.text() : Arrays.toString(read.tokenIds()))
                .isEqualTo(prompt);
        assertThat(read.outputLen()).isEqualTo(outputLen);
    }

    @Test
    void theOutputLengthIsTheOneAskedForElseTheRowsElseTheDefault() throws Exception {
        Path file = Files.writeString(
                folder.resolve("row.jsonl"), rows(1) + "\n{\"prompt\": \"b\", \"output_tokens\": 12}");
        for (Integer asked : new Integer[] {null, 5}) {
            PromptSource source =
                    Datasets.open(workload("jsonl", file.toString(), null, asked, Endpoint.CHAT, true), plain());
            assertThat(draw(source, 0, 2).stream().map(DrawnPrompt::outputLen))
                    .containsExactlyInAnyOrder(asked == null ? new Integer[] {12, 1024} : new Integer[] {5, 5});
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": | is no JSON",
                "[1, 2] | is no JSON object",
                "{\"text\": \"x\"} | has none of prompt, input_ids, prompt_token_ids and messages",
                "{\"prompt\": \"\"} | has an empty prompt",
                "{\"prompt\": 3} | has a prompt that is neither text nor a list of token ids",
                "{\"input_ids\": []} | has a input_ids that is neither a list of token ids",
                "{\"input_ids\": [1, -2]} | has -2 as a token id",
                "{\"input_ids\": [1, 2.5]} | has 2.5 as a token id",
                "{\"prompt\": \"x\", \"output_tokens\": 0} | has 0 as output_tokens",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]} | several turns are not supported",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]} | content is no text",
            })
    void aRowThatMeansNothingIsNamedByFileAndLine(String row, String message) {
        assertThatThrownBy(() -> jsonl("{\"prompt\": \"fine\"}\n\n" + row, true))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("rows.jsonl:3: this row ")
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileAndAnEmptyOneAreErrors() {
        assertThatThrownBy(() -> Datasets.open(workload("jsonl", "/no/such.jsonl", null, null, null, false), plain()))
                .hasMessageContaining("/no/such.jsonl is no file");
        assertThatThrownBy(() -> jsonl("\n", false)).hasMessageContaining("has no rows");
    }

    @Test
    void tokenIdsCannotGoToChat() throws Exception {
        Path file = Files.writeString(folder.resolve("ids.jsonl"), "{\"input_ids\": [1]}");

        assertThatThrownBy(() ->
                        Datasets.open(workload("jsonl", file.toString(), null, null, Endpoint.CHAT, false), plain()))
                .hasMessageContaining("ids.jsonl:1")
                .hasMessageContaining("CHAT takes text only");
    }

    // ---- @Prompts ----

    @Test
    void aMethodIsAskedOncePerSliceWithASeedOfItsOwn() throws DatasetException {
        List<PromptRequest> requests = new ArrayList<>();
        PromptMethod method = r -> {
            requests.add(r);
            return IntStream.range(0, r.count())
                    .mapToObj(i -> Prompt.of(r.window() + "/" + i, 3))
                    .toList();
        };
        PromptSource source =
                Datasets.open(workload(null, null, null, 9, Endpoint.CHAT, false), context(false, "", null, method));

        draw(source, PromptRequest.WARMUP, 5);
        List<DrawnPrompt> drawn = draw(source, 0, 20);

        assertThat(requests.stream().map(PromptRequest::window)).containsExactly(-1, 0);
        assertThat(requests.stream().map(PromptRequest::seed)).doesNotHaveDuplicates();
        assertThat(requests).allSatisfy(r -> assertThat(r.count()).isEqualTo(20));
        assertThat(drawn)
                .allSatisfy(p ->
                        assertThat(p.outputLen()).as("the prompt's own length").isEqualTo(3));
    }

    @Test
    void aMethodThatGivesTooFewTheSameOrFailsIsToldSo() throws DatasetException {
        Workload workload = workload(null, null, null, 9, Endpoint.CHAT, false);
        PromptSource few = Datasets.open(workload, context(false, "", null, r -> List.of(Prompt.of("w" + r.window()))));
        assertThatThrownBy(() -> draw(few, 0, 2)).hasMessageContaining("gave 1 prompts for slice 0");

        PromptSource same = Datasets.open(workload, context(false, "", null, r -> List.of(Prompt.of("always"))));
        draw(same, 0, 1);
        assertThatThrownBy(() -> draw(same, 1, 1)).hasMessageContaining("the same prompt to slices 0 and 1");

        PromptSource broken = Datasets.open(workload, context(false, "", null, r -> {
            throw new IllegalStateException("no network");
        }));
        assertThatThrownBy(() -> draw(broken, 0, 1))
                .hasMessageContaining("failed for slice 0")
                .hasMessageContaining("no network");

        PromptSource ids = Datasets.open(workload, context(false, "", null, r -> List.of(Prompt.ofTokens(1))));
        assertThatThrownBy(() -> draw(ids, 0, 1)).hasMessageContaining("CHAT takes text only");
    }

    @Test
    void aMethodsPromptsRepeatSaltedWhenOversampled() throws DatasetException {
        Workload workload = workload(null, null, null, 9, Endpoint.CHAT, true);
        PromptSource source =
                Datasets.open(workload, context(false, "", null, r -> List.of(Prompt.of("w" + r.window()))));

        assertThat(draw(source, 0, 4).stream().map(DrawnPrompt::hash)).doesNotHaveDuplicates();
        assertThat(source.report().repeated()).isEqualTo(3);
    }

    // ---- ahead of the load ----

    @Test
    void preparedPromptsAreTheSamePromptsInTheSameOrderEachPreparedBeforeItIsTaken() throws DatasetException {
        Workload workload = workload("random", null, 16, 7, Endpoint.COMPLETIONS, false);
        Set<String> prepared = ConcurrentHashMap.newKeySet();
        try (PreparedPrompts ahead = new PreparedPrompts(
                Datasets.open(workload, plain()), 32, p -> prepared.add(p.slice() + "/" + p.index()))) {
            PromptSlice slice = ahead.open(1);
            assertThat(prepared).as("filled before it is used").hasSizeGreaterThanOrEqualTo(32);
            List<DrawnPrompt> drawn = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                drawn.add(slice.next());
                assertThat(prepared).contains("1/" + i);
            }
            assertThat(drawn.stream().map(DrawnPrompt::hash))
                    .containsExactlyElementsOf(draw(Datasets.open(workload, plain()), 1, 500).stream()
                            .map(DrawnPrompt::hash)
                            .toList());
        }
    }

    @Test
    void preparedPromptsThatRunOutSaySoWhenTheirTurnComes() throws Exception {
        try (PreparedPrompts ahead = new PreparedPrompts(jsonl(rows(52), false), 32, p -> {})) {
            PromptSlice slice = ahead.open(0);
            for (int i = 0; i < 10; i++) {
                slice.next();
            }
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(slice::next).hasMessageContaining("ran out after 10 prompts");
            }
        }
    }
}
