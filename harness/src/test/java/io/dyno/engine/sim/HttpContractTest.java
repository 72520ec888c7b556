package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.contract.SimProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The simulator's process over HTTP, beyond what {@link ContractTest} holds: the bytes of streams, what answers mean, metrics, log. */
class HttpContractTest {
    private static SimProcess sim;

    @BeforeAll
    static void start() throws Exception {
        sim = SimProcess.serving("gpu=H100", "--enable-prompt-tokens-details");
    }

    @AfterAll
    static void stop() {
        sim.close();
    }

    @Test
    void aStreamOfCompletionsHasVllmsBytes() throws Exception {
        String body = sim.post(
                        "/v1/completions",
                        "{\"model\":\"tiny\",\"prompt\":[5,6],\"max_tokens\":5,\"ignore_eos\":true,\"stream\":true,"
                                + "\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}}")
                .body();
        assertThat(normal(withoutDetails(body))).isEqualTo(normal(recorded("sse-completions.txt")));
    }

    @Test
    void aChatStreamHasVllmsBytes() throws Exception {
        String body = sim.post(
                        "/v1/chat/completions",
                        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"max_tokens\":5,\"ignore_eos\":true,"
                                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
                .body();
        assertThat(normal(withoutDetails(body)))
                .as("the recorded prompt has nine tokens, and so has an empty one in the toy template")
                .isEqualTo(normal(recorded("sse-chat.txt")));
    }

    /** What differs from answer to answer: ids, times, texts; and the version in the fingerprint. */
    private static String normal(String events) {
        return events.replaceAll("\"(cmpl|chatcmpl)-[0-9a-f]{16}\"", "\"$1-ID\"")
                .replaceAll("\"created\":\\d{10}", "\"created\":T")
                .replaceAll("\"(text|content)\":\"[^\"]+\"", "\"$1\":\"X\"")
                .replaceAll("\"system_fingerprint\":\"[^\"]+\"", "\"system_fingerprint\":\"F\"");
    }

    private static String withoutDetails(String events) {
        return events.replaceAll(",\"prompt_tokens_details\":\\{\"cached_tokens\":\\d+\\}", "");
    }

    @Test
    void whoeverLooksSeesThatItIsASimulator() throws Exception {
        assertThat(sim.get("/version").body()).isEqualTo("{\"version\":\"0.32.0+dyno.sim\"}");
        assertThat(sim.get("/version").headers().firstValue("server")).contains("dyno-sim");
        assertThat(sim.get("/metrics").body()).contains("dyno:simulated{machine=\"gpu=H100;");
        assertThat(sim.log().lines().limit(3)).anyMatch(line -> line.contains("DYNO'S SIMULATOR. NOT vLLM."));
    }

    @Test
    void theStartIsLoggedInVllmsWords() {
        assertThat(sim.log())
                .containsPattern(
                        "\\(APIServer pid=\\d+\\) INFO \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\[model\\.py:2152] Using max model len 2048")
                .contains("Resolved architecture: Qwen3ForCausalLM")
                .contains("Loading safetensors checkpoint shards: 100% Completed | 1/1")
                .containsPattern("Loading weights took \\d+\\.\\d\\d seconds")
                .containsPattern("Available KV cache memory: \\d+\\.\\d\\d GiB")
                .containsPattern(
                        "GPU KV cache size: [\\d,]+ tokens, Maximum concurrency for 2,048 tokens per request: [\\d.]+x")
                .containsPattern("init engine \\(profile, create kv cache, warmup model\\) took \\d+\\.\\d\\d s")
                .contains("INFO:     Application startup complete.");
    }

    @Test
    void theSamePromptHasTheSameAnswerAndTheCacheIsTold() throws Exception {
        String call = "{\"model\":\"tiny\",\"prompt\":\"" + "the cat sat ".repeat(40)
                + "\",\"max_tokens\":8,\"temperature\":0,\"ignore_eos\":true}";
        sim.post("/reset_prefix_cache", "");
        JsonNode first = sim.json("/v1/completions", call);
        JsonNode second = sim.json("/v1/completions", call);
        assertThat(second.at("/choices/0/text")).isEqualTo(first.at("/choices/0/text"));
        assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isZero();
        int prompt = first.at("/usage/prompt_tokens").asInt();
        assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .as("full blocks before the last of " + prompt + " tokens")
                .isEqualTo((prompt - 1) / 16 * 16);
    }

    @Test
    void tokenIdsAreToldWhenAskedForAndTheirTextIsTheAnswer() throws Exception {
        String body = sim.post(
                        "/v1/completions",
                        "{\"model\":\"tiny\",\"prompt\":[5,6],\"max_tokens\":3,\"ignore_eos\":true,\"stream\":true,\"return_token_ids\":true}")
                .body();
        List<JsonNode> events = events(body);
        assertThat(events).hasSize(3);
        assertThat(events.get(0).at("/choices/0/prompt_token_ids").toString()).isEqualTo("[5,6]");
        assertThat(events.get(1).at("/choices/0/prompt_token_ids").isNull()).isTrue();
        for (JsonNode event : events) {
            String text = sim.json("/detokenize", "{\"tokens\":" + event.at("/choices/0/token_ids") + "}")
                    .path("prompt")
                    .asText();
            assertThat(event.at("/choices/0/text").asText()).isEqualTo(text);
        }
    }

    @Test
    void aStopTextEndsTheAnswerBeforeIt() throws Exception {
        String call =
                "{\"model\":\"tiny\",\"prompt\":\"stop here\",\"max_tokens\":20,\"temperature\":0,\"ignore_eos\":true%s}";
        String whole = sim.json("/v1/completions", call.formatted(""))
                .at("/choices/0/text")
                .asText();
        String stop = whole.substring(20, 23);
        JsonNode answer = sim.json("/v1/completions", call.formatted(",\"stop\":" + Answers.quoted(stop)));
        assertThat(answer.at("/choices/0/text").asText()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/choices/0/stop_reason").asText()).isEqualTo(stop);
    }

    @Test
    void tokenizingAndBackLosesNothing() throws Exception {
        String text = "外观 меща 😀 and words";
        JsonNode tokens = sim.json("/tokenize", "{\"prompt\":" + Answers.quoted(text) + ",\"return_token_strs\":true}");
        assertThat(tokens.path("count").asInt())
                .isEqualTo(tokens.path("tokens").size())
                .isEqualTo(tokens.path("token_strs").size());
        assertThat(sim.json("/detokenize", "{\"tokens\":" + tokens.path("tokens") + "}")
                        .path("prompt")
                        .asText())
                .isEqualTo(text);
        int chat = sim.json(
                        "/tokenize", "{\"messages\":[{\"role\":\"user\",\"content\":" + Answers.quoted(text) + "}]}")
                .path("count")
                .asInt();
        assertThat(chat)
                .as("nine tokens around a user's text")
                .isEqualTo(tokens.path("count").asInt() + 9);
    }

    @Test
    void metricsHaveVllmsNamesLabelsAndBuckets() throws Exception {
        sim.post("/v1/completions", "{\"model\":\"tiny\",\"prompt\":[5,6],\"max_tokens\":3,\"ignore_eos\":true}");
        Map<String, Set<String>> recorded = families(recorded("metrics-families.txt"));
        Map<String, Set<String>> ours = families(sim.get("/metrics").body());
        assertThat(ours.keySet()).as("no name of our own under vllm:").isSubsetOf(recorded.keySet());
        ours.remove("vllm:cache_config_info");
        assertThat(ours).isNotEmpty();
        ours.forEach((name, series) -> assertThat(series).as(name).isEqualTo(recorded.get(name)));
        assertThat(ours.keySet())
                .contains(
                        "vllm:num_requests_running",
                        "vllm:num_requests_waiting",
                        "vllm:kv_cache_usage_perc",
                        "vllm:prefix_cache_queries_total",
                        "vllm:prefix_cache_hits_total",
                        "vllm:num_preemptions_total",
                        "vllm:prompt_tokens_total",
                        "vllm:generation_tokens_total",
                        "vllm:request_success_total",
                        "vllm:time_to_first_token_seconds_bucket",
                        "vllm:inter_token_latency_seconds_sum",
                        "vllm:request_time_per_output_token_seconds_count",
                        "vllm:e2e_request_latency_seconds_bucket",
                        "vllm:request_queue_time_seconds_sum",
                        "vllm:request_prefill_time_seconds_sum",
                        "vllm:request_decode_time_seconds_sum");
    }

    /** Series by the name of the sample, each as its labels. */
    private static Map<String, Set<String>> families(String page) {
        return page.lines()
                .filter(line -> line.startsWith("vllm:"))
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf('{')),
                        TreeMap::new,
                        Collectors.mapping(
                                line -> line.substring(line.indexOf('{'), line.lastIndexOf('}') + 1),
                                Collectors.toCollection(TreeSet::new))));
    }

    private static List<JsonNode> events(String stream) throws IOException {
        assertThat(stream).endsWith("data: [DONE]\n\n");
        List<String> data = Arrays.stream(stream.split("\n\n"))
                .map(event -> event.substring("data: ".length()))
                .toList();
        List<JsonNode> events = new ArrayList<>();
        for (String event : data.subList(0, data.size() - 1)) {
            events.add(SimProcess.JSON.readTree(event));
        }
        return events;
    }

    private static String recorded(String name) throws IOException {
        try (InputStream in = HttpContractTest.class.getResourceAsStream("vllm-0.32.0/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
