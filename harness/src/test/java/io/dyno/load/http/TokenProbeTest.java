package io.dyno.load.http;

import static io.dyno.engine.remote.OpenAiServer.Manners.VLLM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.Endpoint;
import io.dyno.engine.remote.OpenAiServer;
import io.dyno.engine.remote.OpenAiServer.Manners;
import io.dyno.engine.remote.OpenAiServer.Usage;
import io.dyno.load.http.TokenProbe.Counting;
import io.dyno.metrics.TokenSource;
import io.dyno.plan.Workload;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenProbeTest {
    private static final Workload RANDOM = workload("random", Endpoint.COMPLETIONS, true);
    private static final Workload TEXTS = workload("dyno", Endpoint.CHAT, false);

    static Stream<Arguments> servers() {
        return Stream.of(
                arguments("vLLM tells on every chunk", VLLM, TokenSource.CONTINUOUS_USAGE, 1),
                arguments(
                        "one that refuses usage on every chunk gives token ids",
                        VLLM.refusing("continuous_usage_stats"),
                        TokenSource.TOKEN_IDS,
                        2),
                arguments(
                        "one that passes over usage on every chunk gives token ids",
                        VLLM.telling(Usage.AT_THE_END, true),
                        TokenSource.TOKEN_IDS,
                        2),
                arguments(
                        "one that passes over both tells at the end",
                        VLLM.telling(Usage.AT_THE_END, false),
                        TokenSource.FINAL_USAGE,
                        2),
                arguments(
                        "one that refuses both tells at the end",
                        VLLM.refusing("continuous_usage_stats", "return_token_ids"),
                        TokenSource.FINAL_USAGE,
                        3),
                arguments(
                        "one that never tells usage may still give token ids",
                        VLLM.telling(Usage.NEVER, true),
                        TokenSource.TOKEN_IDS,
                        2),
                arguments(
                        "one that passes over everything tells nothing",
                        VLLM.telling(Usage.NEVER, false),
                        TokenSource.NONE,
                        3),
                arguments(
                        "one that refuses everything tells nothing",
                        VLLM.refusing("stream_options"),
                        TokenSource.NONE,
                        4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void aServerIsAskedForTheBestThatItGives(String what, Manners manners, TokenSource given, int requests)
            throws Exception {
        try (OpenAiServer server = OpenAiServer.start(manners)) {
            Counting counting = ask(RANDOM, server.url());

            assertThat(counting.given()).isEqualTo(given);
            assertThat(server.bodies()).as("asked as seldom as can be").hasSize(requests);
            assertThat(server.bodies().toString())
                    .as("requests as the load's: token ids, ignore_eos")
                    .contains("\"prompt\":[")
                    .contains("\"ignore_eos\":true");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void chatIsAskedInItsOwnWords(String what, Manners manners, TokenSource given, int requests) throws Exception {
        try (OpenAiServer server = OpenAiServer.start(manners)) {
            assertThat(ask(TEXTS, server.url()).given()).isEqualTo(given);
            assertThat(server.paths()).containsOnly("/v1/chat/completions");
        }
    }

    @Test
    void ofSeveralServersTheOneThatTellsLeastDecides() throws Exception {
        try (OpenAiServer good = OpenAiServer.start(VLLM);
                OpenAiServer poor = OpenAiServer.start(VLLM.telling(Usage.AT_THE_END, false))) {
            assertThat(ask(RANDOM, good.url(), poor.url()).given()).isEqualTo(TokenSource.FINAL_USAGE);
            assertThat(ask(RANDOM, poor.url(), good.url()).given()).isEqualTo(TokenSource.FINAL_USAGE);
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        VLLM.refusing("ids"),
                        List.of(
                                "/v1/completions refuses what this benchmark sends:",
                                "prompts of token ids, which dataset random sends (use texts: -p dataset=dyno",
                                "HTTP 400: unrecognized: ids")),
                arguments(
                        VLLM.refusing("ids", "ignore_eos", "temperature"),
                        List.of("prompts of token ids", "-p ignoreEos=false", "temperature=0.0 (set it to what")),
                arguments(
                        VLLM.refusing("ignore_eos"),
                        List.of("-p ignoreEos=false", "HTTP 400: unrecognized: ignore_eos")),
                arguments(
                        VLLM.refusing("prompt"),
                        List.of(
                                "refuses even the simplest request",
                                "a server that only chats needs -p endpoint=CHAT")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatAServerDoesNotTakeIsNamedWithTheRemedy(Manners manners, List<String> message) throws Exception {
        try (OpenAiServer server = OpenAiServer.start(manners)) {
            ProbeException refused = catchThrowableOfType(ProbeException.class, () -> ask(RANDOM, server.url()));

            assertThat(refused.kind()).isEqualTo(ProbeException.Kind.REFUSED);
            message.forEach(part -> assertThat(refused).hasMessageContaining(part));
        }
    }

    @Test
    void aKeyThatIsMissingIsAskedFor() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM.demanding("sesame"))) {
            ProbeException turnedAway = catchThrowableOfType(ProbeException.class, () -> ask(RANDOM, server.url()));

            assertThat(turnedAway.kind()).isEqualTo(ProbeException.Kind.UNANSWERED);
            assertThat(turnedAway).hasMessageContaining("HTTP 401").hasMessageContaining("VLLM_API_KEY");
        }
    }

    @Test
    void aServerThatHasGoneIsNoRefusal() throws Exception {
        URI url;
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            url = server.url();
        }

        ProbeException gone = catchThrowableOfType(ProbeException.class, () -> ask(RANDOM, url));

        assertThat(gone.kind()).isEqualTo(ProbeException.Kind.UNANSWERED);
    }

    private static Counting ask(Workload workload, URI... urls) throws ProbeException, InterruptedException {
        HttpTarget target = new HttpTarget(List.of(urls), "tiny", Map.of(), 0, TokenSource.CONTINUOUS_USAGE, false);
        return TokenProbe.ask(target, workload, Duration.ofSeconds(30));
    }

    private static Workload workload(String dataset, Endpoint endpoint, boolean ignoreEos) {
        return new Workload(dataset, null, 8, 8, endpoint, ignoreEos, Map.of("temperature", 0.0), 0, null, false);
    }
}
