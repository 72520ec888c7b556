package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Endpoint;
import io.dyno.plan.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datasets that others keep in files of their own: ShareGPT's conversations and trtllm-bench's requests. */
class FileDatasetsTest {
    /** A word is a token; the chat template adds five. */
    private static final ChatTokenizer WORDS = text -> text.strip().split("\\s+", -1).length + 5;

    private static final ChatTokenizer NONE = text -> {
        throw new IOException("HTTP 404: Not Found");
    };

    @TempDir
    private Path folder;

    private static String words(int n, String word) {
        return (word + " ").repeat(n).strip();
    }

    private static Object conversation(String... turns) {
        List<Map<String, String>> said = new ArrayList<>();
        for (String turn : turns) {
            said.add(Map.of("from", said.size() % 2 == 0 ? "human" : "gpt", "value", turn));
        }
        return Map.of("id", "x", "conversations", said);
    }

    private PromptSource sharegpt(Integer outputLen, ChatTokenizer tokenizer, Object... rows) throws Exception {
        Path file = folder.resolve("sharegpt.json");
        Files.writeString(file, new ObjectMapper().writeValueAsString(rows));
        Workload workload = new Workload(
                "sharegpt", file.toString(), null, outputLen, Endpoint.COMPLETIONS, false, Map.of(), 5, null, true);
        return Datasets.open(workload, new Datasets.Context(1, 20, null, tokenizer, false, "", null));
    }

    /** Draws from all slices until each row has had its turn. */
    private static List<DrawnPrompt> all(PromptSource source, int each) throws DatasetException {
        List<DrawnPrompt> drawn = new ArrayList<>();
        for (int window : new int[] {-1, -2, 0}) {
            PromptSlice slice = source.open(window);
            for (int i = 0; i < each; i++) {
                drawn.add(slice.next());
            }
        }
        return drawn;
    }

    @ParameterizedTest(name = "{0} + {1} tokens: {2}")
    @CsvSource(
            nullValues = "kept",
            value = {
                "3, 100, prompt shorter than 4 tokens",
                "4, 4, kept",
                "10, 3, answer shorter than 4 tokens",
                "1024, 1024, kept",
                "1025, 10, prompt longer than 1024 tokens",
                "1024, 1025, prompt and answer longer than 2048 tokens"
            })
    void sharegptKeepsConversationsOfUsualLengthsAndCountsTheOthersByReason(int in, int out, String reason)
            throws Exception {
        // three slices of two rows each; one row of each slice is fine
        Object tested = conversation(words(in, "q"), words(out, "a"));
        PromptSource source = sharegpt(null, WORDS, tested, tested, tested, tested, tested, tested);

        if (reason == null) {
            assertThat(all(source, 1)).allSatisfy(prompt -> {
                assertThat(prompt.outputLen()).as("as long as the second turn").isEqualTo(out);
                assertThat(prompt.prompt().text()).endsWith(words(in, "q"));
            });
            assertThat(source.report().dropped()).isEmpty();
        } else {
            assertThatThrownBy(() -> all(source, 1))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("ran out after 0 prompts")
                    .hasMessageContaining("were left out");
            assertThat(source.report().dropped()).containsOnlyKeys(reason);
        }
    }

    @Test
    void sharegptTakesTheFirstTwoTurnsAndCountsWhatHasFewer() throws Exception {
        Object good = conversation("how are you today", "quite well thank you", "and now a third");
        PromptSource source = sharegpt(
                null,
                WORDS,
                good,
                good,
                good,
                conversation("only one turn here"),
                Map.of("id", "y"),
                conversation("", "b"));

        assertThat(all(source, 1))
                .allSatisfy(prompt -> assertThat(prompt.prompt().text()).endsWith("how are you today"));
        assertThat(source.report().dropped())
                .isEqualTo(Map.of("fewer than 2 turns", 1L, "no conversations", 1L, "a turn without text", 1L));
    }

    @Test
    void sharegptWithAnOutputLenAsksForThatAndLooksAtNoAnswer() throws Exception {
        Object shortAnswer = conversation("one two three four", "yes");
        PromptSource source = sharegpt(64, WORDS, shortAnswer, shortAnswer, shortAnswer);

        assertThat(all(source, 1)).extracting(DrawnPrompt::outputLen).containsOnly(64);
    }

    @Test
    void whereNobodyCountsTokensTheFiltersAreNotAppliedAndTheResultSaysSo() throws Exception {
        Object tiny = conversation("hi", "yes");
        PromptSource source = sharegpt(64, NONE, tiny, tiny, tiny);

        assertThat(all(source, 1)).hasSize(3);
        assertThat(source.report().notes())
                .singleElement()
                .asString()
                .contains("were not applied", "HTTP 404: Not Found");
        assertThatThrownBy(() -> sharegpt(null, NONE, tiny))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("Set outputLen");
    }

    @Test
    void aFileThatIsNoShareGptSaysWhatItLacks() throws Exception {
        assertThatThrownBy(() -> sharegpt(null, WORDS, conversation("alone")))
                .hasMessageContaining("no conversation of two turns")
                .hasMessageContaining("fewer than 2 turns");
        Path file = Files.writeString(folder.resolve("x.json"), "{\"a\": 1}");
        assertThatThrownBy(() -> ShareGptDataset.read(file.toString(), null, WORDS))
                .hasMessageContaining("no JSON array");
        Path torn = Files.writeString(folder.resolve("torn.json"), "[{\"conversations\":\n [}");
        assertThatThrownBy(() -> ShareGptDataset.read(torn.toString(), null, WORDS))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("torn.json:2: no JSON");
    }

    // ---- trtllm ----

    @Test
    void trtllmRowsArePromptsOrTokenIdsWithTheirOutputLength() throws Exception {
        Path file = Files.writeString(folder.resolve("r.jsonl"), """
                {"task_id": 0, "prompt": "a text", "output_tokens": 128}
                {"task_id": 1, "input_ids": [863, 22056], "output_tokens": 7}
                {"task_id": 2, "prompt": "media that are none", "output_tokens": 9, "media_paths": []}
                """);
        RowPrompts.Rows rows = JsonlDataset.readTrtllm(file.toString(), Endpoint.COMPLETIONS);

        assertThat(rows.prompts()).extracting(prompt -> prompt.outputLen()).containsExactly(128, 7, 9);
        assertThat(rows.prompts().get(1).tokenIds()).containsExactly(863, 22056);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{\"task_id\": 0, \"prompt\": \"p\"}`, has no output_tokens",
                "`{\"task_id\": 0, \"output_tokens\": 5}`, has neither prompt nor input_ids",
                "`{\"prompt\": \"p\", \"output_tokens\": 0}`, must be a whole number of at least 1",
                "`{\"prompt\": \"p\", \"output_tokens\": 5, \"media_paths\": [\"a.png\"]}`, has media_paths",
                "`{\"prompt\": \"p\", \"output_tokens\": 5, \"lora_request\": {\"name\": \"l\"}}`, has lora_request"
            })
    void aTrtllmRowThatCannotBeSentIsNamedByItsLine(String row, String why) throws Exception {
        Path file = Files.writeString(folder.resolve("r.jsonl"), row);
        assertThatThrownBy(() -> JsonlDataset.readTrtllm(file.toString(), Endpoint.COMPLETIONS))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("r.jsonl:1: this row")
                .hasMessageContaining(why);
    }
}
