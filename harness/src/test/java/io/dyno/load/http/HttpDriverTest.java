package io.dyno.load.http;

import static io.dyno.load.http.ScriptedServer.chunk;
import static io.dyno.load.http.ScriptedServer.done;
import static io.dyno.load.http.ScriptedServer.event;
import static io.dyno.load.http.ScriptedServer.head;
import static io.dyno.load.http.ScriptedServer.status;
import static io.dyno.load.http.ScriptedServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.load.http.ScriptedServer.Step;
import io.dyno.load.http.ScriptedServer.Then;
import io.dyno.metrics.Channel;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the wire against what stands in the record, on a server that does exactly what it is told. */
@Timeout(60)
class HttpDriverTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ROLE = event(
            "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}");

    private ScriptedServer server;
    private HttpDriver driver;

    @BeforeEach
    void open() throws Exception {
        server = new ScriptedServer();
        driver = HttpDriver.open(HttpTarget.of(server.url(), "tiny", 1));
    }

    @AfterEach
    void close() {
        driver.close();
        server.close();
    }

    private static InferenceRequest request(Prompt prompt, Endpoint endpoint, long due, long timeoutNanos) {
        return new InferenceRequest(
                "0", 3, "0123456789abcdef", prompt, 16, true, Map.of("temperature", 0.0), endpoint, due, timeoutNanos);
    }

    private RequestRecord send(InferenceRequest request) throws InterruptedException {
        CompletableFuture<RequestRecord> done = new CompletableFuture<>();
        driver.timeline().soon(() -> driver.send(request, done::complete));
        driver.run(done);
        return done.join();
    }

    private RequestRecord complete() throws InterruptedException {
        return send(request(Prompt.ofTokens(1, 2, 3), Endpoint.COMPLETIONS, 0, 30 * SECOND));
    }

    private RequestRecord chat() throws InterruptedException {
        return send(request(Prompt.of("What is the meaning of this, please?"), Endpoint.CHAT, 0, 30 * SECOND));
    }

    private static List<Integer> tokens(RequestRecord r) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < r.chunks().size(); i++) {
            tokens.add(r.chunks().tokens(i));
        }
        return tokens;
    }

    private static List<Channel> channels(RequestRecord r) {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < r.chunks().size(); i++) {
            channels.add(r.chunks().channel(i));
        }
        return channels;
    }

    private static void failed(RequestRecord r, FailureClass type, Integer status, String detail) {
        assertThat(r.ok()).isFalse();
        assertThat(r.outcome().failure()).isEqualTo(type);
        assertThat(r.outcome().status()).isEqualTo(status);
        assertThat(r.outcome().detail()).contains(detail);
        assertThat(r.end()).isNotNull();
    }

    // ---- what is sent ----

    @Test
    void aCompletionAsksForAStreamWithUsageOnEveryChunk() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        Map<String, Object> sampling = new TreeMap<>(Map.of("temperature", 0.5, "top_k", 20L, "seed", 7L));
        send(new InferenceRequest(
                "0", 0, "h", Prompt.ofTokens(1, 2, 3), 16, true, sampling, Endpoint.COMPLETIONS, 0, 30 * SECOND));

        assertThat(server.seen.get(0).head())
                .startsWith("POST /v1/completions HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:" + server.url().getPort());
        assertThat(new ObjectMapper().readTree(server.seen.get(0).body())).isEqualTo(new ObjectMapper().readTree("""
                        {"model":"tiny","prompt":[1,2,3],"max_tokens":16,"ignore_eos":true,"seed":7,"temperature":0.5,"top_k":20,
                         "stream":true,"stream_options":{"include_usage":true,"continuous_usage_stats":true}}"""));
    }

    @Test
    void aChatRequestIsOneMessageOfTheUserAndHeadersAreSent() throws Exception {
        driver.close();
        driver = HttpDriver.open(new HttpTarget(
                List.of(URI.create(server.url() + "/prefix/")),
                "tiny",
                Map.of("Authorization", "Bearer x"),
                0,
                TokenSource.FINAL_USAGE,
                false));
        server.next(Then.KEEP, Step.of(0, head() + done()));
        send(new InferenceRequest(
                "0", 0, "h", Prompt.of("Grüß \"Gott\""), 5, false, Map.of(), Endpoint.CHAT, 0, 30 * SECOND));

        assertThat(server.seen.get(0).head())
                .startsWith("POST /prefix/v1/chat/completions HTTP/1.1\r\n")
                .contains("Authorization: Bearer x\r\n");
        JsonNode body = new ObjectMapper().readTree(server.seen.get(0).body());
        assertThat(body).isEqualTo(new ObjectMapper().readTree("""
                {"model":"tiny","messages":[{"role":"user","content":"Grüß \\"Gott\\""}],"max_tokens":5,
                 "stream":true,"stream_options":{"include_usage":true}}"""));
    }

    @Test
    void aRequestPreparedAheadIsTheSameRequest() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        InferenceRequest request = request(Prompt.ofTokens(1, 2, 3), Endpoint.COMPLETIONS, 0, 30 * SECOND);
        driver.prepare(request);
        send(request);
        send(request);

        assertThat(server.seen.get(0).body()).isEqualTo(server.seen.get(1).body());
    }

    // ---- timestamps ----

    /** A busy machine may delay a thread at any time, but not thirty times in a row. */
    @Test
    void timestampsAreThoseOfTheWireToAMillisecond() throws Exception {
        complete(new ScriptedServer.Script(List.of(Step.of(0, head() + done())), Then.KEEP)); // loads the classes
        long worst = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 30 && worst > 1_000_000; attempt++) {
            worst = worstError(complete(new ScriptedServer.Script(
                    List.of(
                            Step.of(20, head()),
                            Step.of(40, token(" a", 1)),
                            Step.of(60, token(" b", 2)),
                            Step.of(80, token(" c", 5)),
                            Step.of(100, done())),
                    Then.KEEP)));
        }
        assertThat(worst).as("ns between a write and its arrival in the record").isLessThanOrEqualTo(1_000_000);
    }

    private RequestRecord complete(ScriptedServer.Script script) throws InterruptedException {
        server.next(script.then(), script.steps().toArray(Step[]::new));
        return complete();
    }

    private long worstError(RequestRecord r) {
        long zero = System.nanoTime() - driver.timeline().now();
        List<Long> written = server.seen.get(server.seen.size() - 1).writtenAt().stream()
                .map(t -> t - zero)
                .toList();
        assertThat(r.ok()).isTrue();
        assertThat(r.connected()).as("opened ahead").isNull();
        assertThat(r.sent()).isBetween(r.due(), written.get(0));
        assertThat(tokens(r)).containsExactly(1, 1, 3);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.CONTINUOUS_USAGE);
        assertThat(List.of(r.slice(), r.promptHash())).containsExactly("0", "0123456789abcdef");
        assertThat(r.index()).isEqualTo(3);
        long[] claimed = {
            r.firstByte(), r.chunks().at(0), r.chunks().at(1), r.chunks().at(2), r.end()
        };
        long worst = 0;
        for (int i = 0; i < claimed.length; i++) {
            assertThat(claimed[i])
                    .as("step %d arrives after it was written", i)
                    .isGreaterThan(written.get(i) - 100_000);
            worst = Math.max(worst, claimed[i] - written.get(i));
        }
        return worst;
    }

    @Test
    void aConnectionThatMustBeOpenedIsTimed() throws Exception {
        server.always = new ScriptedServer.Script(List.of(Step.of(30, head() + token(" a", 1) + done())), Then.KEEP);
        List<CompletableFuture<RequestRecord>> both = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        driver.timeline()
                .soon(() -> both.forEach(f ->
                        driver.send(request(Prompt.ofTokens(1), Endpoint.COMPLETIONS, 0, 30 * SECOND), f::complete)));

        RequestRecord first = both.get(0).get(20, TimeUnit.SECONDS);
        RequestRecord second = both.get(1).get(20, TimeUnit.SECONDS);
        assertThat(first.connected()).isNull();
        assertThat(second.connected()).isNotNull().isLessThanOrEqualTo(second.sent());

        complete();
        assertThat(server.accepted.get()).as("connections are used again").isEqualTo(2);
    }

    // ---- streams ----

    @ParameterizedTest(name = "{0} bytes a write")
    @CsvSource({"1", "2", "7", "1000"})
    void aStreamIsUnderstoodHoweverItIsCutIntoPackets(int size) throws Exception {
        byte[] all = (head()
                        + chunk(": a comment\r\n\r\n")
                        + token("é", 1)
                        + token("漢😀", 3)
                        + chunk(
                                "data:{\"choices\":[{\"index\":0,\"text\":\"ж\",\"finish_reason\":\"length\"}],\r\ndata: \"usage\":{\"prompt_tokens\":3,"
                                        + "\"completion_tokens\":4}}\r\n\r\n")
                        + event(
                                "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"total_tokens\":7,\"completion_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":2}}}")
                        + done())
                .getBytes(StandardCharsets.UTF_8);
        List<Step> steps = new ArrayList<>();
        for (int at = 0; at < all.length; at += size) {
            steps.add(new Step(0, Arrays.copyOfRange(all, at, Math.min(all.length, at + size))));
        }
        server.next(Then.KEEP, steps.toArray(Step[]::new));

        RequestRecord r = complete();

        assertThat(r.ok()).as(String.valueOf(r.outcome())).isTrue();
        assertThat(tokens(r)).containsExactly(1, 2, 1);
        assertThat(r.finishReason()).isEqualTo("length");
        assertThat(List.of(r.tokensIn(), r.tokensCached(), r.tokensOut())).containsExactly(3, 2, 4);
    }

    @Test
    void aRoleAndUsageAloneAreNoChunksOnChat() throws Exception {
        server.next(
                Then.KEEP,
                Step.of(0, head() + ROLE),
                Step.of(
                        30,
                        event(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"},\"finish_reason\":null}]}")),
                Step.of(
                        60,
                        event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes\"},\"finish_reason\":null}]}")
                                + event(
                                        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\"}}]},\"finish_reason\":null}]}")
                                + event(
                                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}")
                                + event(
                                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":14,\"completion_tokens\":5}}")
                                + done()));

        RequestRecord r = chat();

        assertThat(r.ok()).isTrue();
        assertThat(channels(r)).containsExactly(Channel.REASONING, Channel.CONTENT, Channel.TOOL);
        assertThat(tokens(r))
                .as("five tokens over three chunks, as even as can be")
                .containsExactly(1, 2, 2);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.FINAL_USAGE);
        assertThat(r.tokensOut()).isEqualTo(5);
        assertThat(r.firstByte()).isLessThan(r.chunks().at(0));
        assertThat(r.finishReason()).isEqualTo("stop");
    }

    private static String delta(String fields) {
        return event("{\"choices\":[{\"index\":0,\"delta\":{" + fields + "},\"finish_reason\":null}]}");
    }

    private void answerWithWords() {
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        head()
                                + ROLE
                                + delta("\"reasoning_content\":\"Let me \"")
                                + delta("\"reasoning\":\"think.\"")
                                + delta("\"content\":\"Grüße \\ud83d\"")
                                + delta("\"content\":\"\\ude80\\n\"")
                                + delta("\"content\":\"!\"")
                                + done()));
    }

    @Test
    void textsAreKeptWhenAskedForAndReasoningStandsApart() throws Exception {
        driver.close();
        driver = HttpDriver.open(HttpTarget.of(server.url(), "tiny", 1).withKeepText(true));
        answerWithWords();

        assertThat(chat().texts())
                .isEqualTo(new RequestTexts(
                        "What is the meaning of this, please?", null, "Grüße \uD83D\uDE80\n!", "Let me think."));
    }

    @Test
    void noTextIsKeptUnlessAskedFor() throws Exception {
        answerWithWords();

        RequestRecord r = chat();

        assertThat(r.chunks().size()).isEqualTo(5);
        assertThat(r.texts()).isNull();
        assertThat(r.toString()).doesNotContain("meaning").doesNotContain("think");
    }

    @Test
    void anAnswerThatBreaksOffKeepsWhatCameAndAPromptOfTokenIdsStaysOne() throws Exception {
        driver.close();
        driver = HttpDriver.open(HttpTarget.of(server.url(), "tiny", 1).withKeepText(true));
        server.next(Then.CLOSE, Step.of(0, head() + token(" half a\\ud83d", 2)));

        RequestRecord r = complete();

        assertThat(r.ok()).isFalse();
        assertThat(r.texts()).isEqualTo(new RequestTexts(null, new int[] {1, 2, 3}, " half a?", null));
        assertThat(r.texts().toString())
                .as("what may end up in a message")
                .isEqualTo("RequestTexts[prompt 3 tokens, answer 8 characters, reasoning 0 characters]");
    }

    @Test
    void tokensHiddenBehindEmptyTextAreStillTokens() throws Exception {
        server.next(
                Then.KEEP, Step.of(0, head() + token("", 0) + token("", 2) + token("x", 3) + token("", 3) + done()));

        RequestRecord r = complete();

        assertThat(tokens(r)).containsExactly(2, 1);
        assertThat(channels(r)).containsExactly(Channel.CONTENT, Channel.CONTENT);
    }

    @Test
    void tokenIdsTellHowManyTokensAChunkHasWhereUsageDoesNot() throws Exception {
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        head()
                                + event(
                                        "{\"choices\":[{\"index\":0,\"text\":\"ab\",\"token_ids\":[5,6],\"finish_reason\":null}]}")
                                + event(
                                        "{\"choices\":[{\"index\":0,\"text\":\"\",\"token_ids\":[7],\"finish_reason\":\"length\"}]}")
                                + done()));

        RequestRecord r = complete();

        assertThat(tokens(r)).containsExactly(2, 1);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.TOKEN_IDS);
        assertThat(r.tokensOut()).isEqualTo(3);
        assertThat(r.tokensIn()).isNull();
    }

    @Test
    void whereNobodySaysHowManyTokensThereWereTheyAreUnknown() throws Exception {
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        head()
                                + event("{\"choices\":[{\"index\":0,\"text\":\"ab\",\"finish_reason\":\"stop\"}]}")
                                + done()));

        RequestRecord r = complete();

        assertThat(r.ok()).isTrue();
        assertThat(tokens(r)).containsExactly(0);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.NONE);
        assertThat(r.tokensOut()).isNull();
    }

    @Test
    void aBodyWithAContentLengthIsReadAsWell() throws Exception {
        String body =
                "data: {\"choices\":[{\"index\":0,\"text\":\"a\",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n";
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: " + body.length()
                                + "\r\n\r\n" + body));

        assertThat(complete().ok()).isTrue();
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        assertThat(complete().ok()).as("on the same connection").isTrue();
        assertThat(server.accepted.get()).isEqualTo(1);
    }

    @Test
    void doneWithoutTheEndOfTheBodyIsAnEnd() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + chunk("data: [DONE]\n\n")));

        assertThat(complete().ok()).isTrue();
    }

    @Test
    void aServerThatClosesAfterEachAnswerIsServedWithNewConnections() throws Exception {
        String closing = head().replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        server.always = new ScriptedServer.Script(List.of(Step.of(0, closing + token(" a", 1) + done())), Then.CLOSE);

        for (int i = 0; i < 3; i++) {
            assertThat(complete().ok()).isTrue();
        }
        assertThat(server.accepted.get()).isEqualTo(3);
    }

    @Test
    void aKeptConnectionThatTheServerHasTiredOfIsReplacedOnce() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        assertThat(complete().ok()).isTrue();
        server.next(Then.RESET); // answers nothing, on the kept connection
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));

        RequestRecord r = complete();

        assertThat(r.ok()).isTrue();
        assertThat(r.connected()).isNotNull().isGreaterThan(r.sent());
    }

    // ---- failures ----

    @Test
    void anErrorEventInsideStatus200IsAFailureEvenAfterTokens() throws Exception {
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        head()
                                + token(" a", 1)
                                + token(" b", 2)
                                + event(
                                        "{\"error\": {\"message\": \"EngineCore encountered an issue.\", \"type\": \"InternalServerError\", \"param\": null, \"code\": 500}}")
                                + done()));

        RequestRecord r = complete();

        failed(r, FailureClass.HTTP_ERRORS, 200, "EngineCore encountered an issue.");
        assertThat(tokens(r)).as("what came before is kept").containsExactly(1, 1);
    }

    @Test
    void aStreamThatIsCutIsAFailure() throws Exception {
        server.next(Then.CLOSE, Step.of(0, head() + token(" a", 1)));

        RequestRecord r = complete();

        failed(r, FailureClass.HTTP_ERRORS, 200, "the server closed the connection in the middle of the answer");
        assertThat(r.chunks().size()).isEqualTo(1);
    }

    @Test
    void aStreamThatEndsInGoodOrderButWithoutAnEndIsAFailure() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + "0\r\n\r\n"));

        failed(complete(), FailureClass.HTTP_ERRORS, 200, "without a finish reason or [DONE]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"error\":{\"message\":\"max_tokens is too large\",\"type\":\"BadRequestError\",\"code\":400}} | HTTP 400: max_tokens is too large",
                "400 | {\"error\":{\"message\":\"1 error:\\n {'msg': 'bad', 'input': 'the secret'}\"}} | HTTP 400: 1 error: {'msg': 'bad', …",
                "404 | {\"detail\":\"Not Found\"} | HTTP 404: Not Found",
                "500 | Internal Server Error | HTTP 500: Internal Server Error",
                "503 | {\"message\":\"busy\"} | HTTP 503: busy",
                "429 | {\"error\":\"slow down\"} | HTTP 429: slow down",
                "500 | `` | HTTP 500: no message",
            })
    void aStatusIsKeptWithTheServersMessage(int code, String body, String detail) throws Exception {
        server.next(Then.KEEP, Step.of(0, status(code, "Reason", body == null ? "" : body)));

        RequestRecord r = complete();

        failed(r, FailureClass.HTTP_ERRORS, code, detail);
        assertThat(r.outcome().detail()).isEqualTo(detail);
        assertThat(r.chunks()).isEqualTo(Chunks.NONE);
    }

    @Test
    void theServersMessageIsShortenedAndNeverHoldsThePrompt() throws Exception {
        server.next(
                Then.KEEP,
                Step.of(
                        0,
                        status(
                                400,
                                "Bad",
                                "{\"error\":{\"message\":\"Cannot parse: What is the meaning of this, please? Sorry.\"}}")));
        assertThat(chat().outcome().detail()).isEqualTo("HTTP 400: Cannot parse: [prompt]");

        server.next(
                Then.KEEP, Step.of(0, status(400, "Bad", "{\"error\":{\"message\":\"" + "x".repeat(1000) + "\"}}")));
        assertThat(chat().outcome().detail()).hasSizeLessThan(300).endsWith("…");
    }

    @Test
    void aStallBeyondTheTimeoutIsATimeoutAndTheConnectionIsGivenUp() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1)));
        long due = driver.timeline().now();

        RequestRecord r = send(request(Prompt.ofTokens(1), Endpoint.COMPLETIONS, due, 300_000_000));

        failed(r, FailureClass.TIMEOUT, 200, "no end within 300 ms");
        assertThat(r.end() - r.due()).isGreaterThanOrEqualTo(300_000_000);
        assertThat(r.chunks().size()).isEqualTo(1);
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1) + done()));
        assertThat(complete().ok()).isTrue();
        assertThat(server.accepted.get()).as("a new connection").isEqualTo(2);
    }

    /** vLLM's API server sends the head of a stream although the core behind it stands still. */
    @Test
    void theHeadOfAStreamDoesNotEndTheSilence() throws Exception {
        assertThat(driver.silentNanos()).as("nobody waits").isZero();
        server.next(Then.KEEP, Step.of(150, head()));
        long look = driver.timeline().now() + 300_000_000;
        CompletableFuture<long[]> seen = new CompletableFuture<>();
        driver.timeline()
                .at(look, () -> seen.complete(new long[] {driver.timeline().now(), driver.silentNanos()}));

        RequestRecord r = send(request(
                Prompt.ofTokens(1), Endpoint.COMPLETIONS, driver.timeline().now(), 400_000_000));

        assertThat(seen.join()[1])
                .as("silence since the request was sent")
                .isGreaterThanOrEqualTo(seen.join()[0] - r.sent());
        assertThat(driver.silentNanos()).as("nobody waits any more").isZero();
    }

    @Test
    void malformedEventsAreTheClientsFailureToUnderstand() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + event("{\"choices\":[{\"text\": nonsense}]}") + done()));
        failed(complete(), FailureClass.CLIENT_ERROR, 200, "malformed");

        server.next(Then.KEEP, Step.of(0, head() + event("{\"choices\":[{\"text\":\"a\"") + done()));
        failed(complete(), FailureClass.CLIENT_ERROR, 200, "malformed");

        server.next(Then.KEEP, Step.of(0, "this is not HTTP at all\r\n\r\n"));
        failed(complete(), FailureClass.HTTP_ERRORS, null, "no HTTP");
    }

    @Test
    void aConnectionThatIsRefusedIsNamed() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        driver.close();
        driver = HttpDriver.open(HttpTarget.of(URI.create("http://127.0.0.1:" + port), "tiny", 4));

        RequestRecord r = complete();

        failed(r, FailureClass.HTTP_ERRORS, null, "no connection to the server");
        assertThat(r.sent()).isNull();
    }

    @Test
    void aCutEndsWhatIsOpenAsInterrupted() throws Exception {
        server.next(Then.KEEP, Step.of(0, head() + token(" a", 1)));
        CompletableFuture<RequestRecord> done = new CompletableFuture<>();
        driver.timeline()
                .soon(() ->
                        driver.send(request(Prompt.ofTokens(1), Endpoint.COMPLETIONS, 0, 30 * SECOND), done::complete));
        driver.timeline().at(driver.timeline().now() + 100_000_000, driver::cut);

        RequestRecord r = done.get(20, TimeUnit.SECONDS);
        assertThat(r.outcome().failure()).isEqualTo(FailureClass.INTERRUPTED);
        assertThat(r.outcome().detail()).contains("cut");
    }

    @Test
    void aLoadThatIsCancelledWhenItsDriverIsClosedAlreadyHearsNothingOfIt() {
        driver.close();

        assertThatCode(() -> driver.timeline().soon(() -> {})).doesNotThrowAnyException();
    }
}
