package io.dyno.load.http;

import static io.dyno.load.http.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.load.http.ScriptedServer.Step;
import io.dyno.load.http.ScriptedServer.Then;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a server's tokenizer, and what its answers say. */
@Timeout(60)
class ServerTokenizerTest {
    private ScriptedServer server;
    private ServerTokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer();
        tokenizer = new ServerTokenizer(HttpTarget.of(server.url(), "tiny", 0));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aServerCountsTheTokensOfAChatRequest() throws Exception {
        server.next(Then.KEEP, Step.of(0, status(200, "OK", "{\"count\":7,\"max_model_len\":2048,\"tokens\":[1]}")));

        assertThat(tokenizer.count("Grüß Gott")).isEqualTo(7);

        assertThat(server.seen.get(0).head()).startsWith("POST /tokenize HTTP/1.1");
        assertThat(server.seen.get(0).body())
                .contains("\"messages\":[{\"role\":\"user\",\"content\":\"Grüß Gott\"}]")
                .contains("\"add_generation_prompt\":true");
    }

    @Test
    void aServerWithoutATokenizerSaysSo() {
        server.next(Then.KEEP, Step.of(0, status(404, "Not Found", "{\"detail\":\"Not Found\"}")));

        assertThatThrownBy(() -> tokenizer.count("x")).hasMessage("/tokenize: HTTP 404: Not Found");
    }

    @Test
    void aServerTellsTheTextOfTokenIds() throws Exception {
        server.next(Then.KEEP, Step.of(0, status(200, "OK", "{\"prompt\":\"Grüß Gott\"}")));

        assertThat(tokenizer.text(new int[] {1, 22, 333})).isEqualTo("Grüß Gott");

        assertThat(server.seen.get(0).head()).startsWith("POST /detokenize HTTP/1.1");
        assertThat(server.seen.get(0).body()).contains("\"tokens\":[1,22,333]").contains("\"model\":\"tiny\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"prompt\":7,\"count\":\"7\"}", "[]", "", "<html>"})
    void anAnswerWithoutWhatWasAskedIsNoAnswer(String body) {
        server.next(Then.KEEP, Step.of(0, status(200, "OK", body)));
        server.next(Then.KEEP, Step.of(0, status(200, "OK", body)));

        assertThatThrownBy(() -> tokenizer.count("x"))
                .isInstanceOf(IOException.class)
                .hasMessage("/tokenize answered without a count, in " + body.length() + " bytes");
        assertThatThrownBy(() -> tokenizer.text(new int[] {1}))
                .isInstanceOf(IOException.class)
                .hasMessage("/detokenize answered without a prompt, in " + body.length() + " bytes");
    }
}
