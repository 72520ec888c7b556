package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.sun.net.httpserver.HttpServer;
import io.dyno.plan.InForce;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of a real vLLM 0.32.0 (CPU build, tiny model), cut to what is read and to what must not be. */
class InForceReaderTest {
    private HttpServer server;
    private URI url;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void serverInfoTellsTheConfigurationUnderOurNames() {
        assertThat(ServerInfo.read(resource("server-info-eager.json"), List.of()))
                .containsOnly(
                        entry("maxModelLen", "2048"),
                        entry("dtype", "bfloat16"),
                        entry("quantization", "none"),
                        entry("enforceEager", "true"),
                        entry("engineSeed", "0"),
                        entry("blockSize", "128"),
                        entry("kvCacheDtype", "auto"),
                        entry("enablePrefixCaching", "true"),
                        entry("gpuMemoryUtilization", "0.92"),
                        entry("num_gpu_blocks", "16384"),
                        entry("kv_cache_size_tokens", "2097152"),
                        entry("tp", "1"),
                        entry("pp", "1"),
                        entry("dp", "1"),
                        entry("expertParallel", "false"),
                        entry("maxNumBatchedTokens", "2048"),
                        entry("maxNumSeqs", "128"),
                        entry("enable-chunked-prefill", "true"),
                        entry("async-scheduling", "false"),
                        entry("scheduling-policy", "fcfs"),
                        entry("device", "cpu"),
                        entry("compilation_mode", "NONE"),
                        entry("cudagraph_mode", "NONE"));
    }

    @Test
    void anEngineThatCompilesSaysHow() {
        assertThat(ServerInfo.read(resource("server-info-compiled.json"), List.of()))
                .contains(entry("compilation_mode", "DYNAMO_TRACE_ONCE"), entry("maxNumSeqs", "16"));
        assertThat(ServerInfo.read(
                        "{\"vllm_config\":{\"compilation_config\":{\"mode\":3,\"cudagraph_mode\":[2, 1]}}}", List.of()))
                .containsOnly(entry("compilation_mode", "VLLM_COMPILE"), entry("cudagraph_mode", "FULL_AND_PIECEWISE"));
    }

    @Test
    void aFlagThatWasGivenIsReadBackWhereOneSectionAloneHasItsField() {
        Map<String, String> values = ServerInfo.read(
                resource("server-info-eager.json"),
                List.of("long-prefill-token-threshold", "optimization-level", "device", "backend", "eplb-config"));

        assertThat(values)
                .contains(entry("long-prefill-token-threshold", "0"), entry("optimization-level", "2"))
                .as("two sections have a backend, and an object is no value")
                .doesNotContainKeys("backend", "eplb-config");
    }

    @Test
    void neitherATokenNorTheEnvironmentIsEverRead() {
        String answer = resource("server-info-eager.json").replace("\"hf_token\": null", "\"hf_token\": \"hf_secret\"");
        assertThat(answer).as("the fixture has a place for a token").contains("hf_secret");

        assertThat(ServerInfo.read(answer, List.of("hf-token", "hf_token", "api-key", "os", "VLLM_CACHE_ROOT"))
                        .toString())
                .doesNotContain("hf_secret", "(path)", "(a machine)");
    }

    @Test
    void whatIsNoAnswerTellsNothing() {
        assertThat(ServerInfo.read("<html>", List.of("dtype"))).isEmpty();
        assertThat(ServerInfo.read("{\"vllm_config\":\"model='m'\"}", List.of("dtype")))
                .isEmpty();
        assertThat(ServerInfo.read("", List.of())).isEmpty();
        assertThat(CacheConfigInfo.read("vllm:num_requests_running 0.0")).isEmpty();
    }

    @Test
    void metricsTellTheKvCache() {
        assertThat(CacheConfigInfo.read(resource("metrics-cache-config.txt")))
                .containsOnly(
                        entry("blockSize", "128"),
                        entry("kvCacheDtype", "auto"),
                        entry("enablePrefixCaching", "true"),
                        entry("gpuMemoryUtilization", "0.92"),
                        entry("num_gpu_blocks", "16384"),
                        entry("kv_cache_size_tokens", "2097152"));
    }

    @Test
    void dataParallelEnginesThatDifferAreToldEach() {
        String page = """
                vllm:cache_config_info{engine="0",num_gpu_blocks="100",block_size="16"} 1.0
                vllm:cache_config_info{engine="1",num_gpu_blocks="98",block_size="16"} 1.0
                """;

        assertThat(CacheConfigInfo.read(page))
                .containsOnly(entry("num_gpu_blocks", "100/98"), entry("blockSize", "16"));
    }

    @Test
    void theMostDirectSourceOfAValueCounts() throws Exception {
        answer("/server_info", resource("server-info-eager.json"));
        answer("/metrics", resource("metrics-cache-config.txt"));

        InForce inForce = read(Map.of("attention-backend", "FLASH_ATTN", "maxNumSeqs", "7"));

        assertThat(inForce.values()).contains(entry("maxNumSeqs", "128"), entry("attention-backend", "FLASH_ATTN"));
        assertThat(inForce.from()).containsOnlyKeys("server_info", "log");
        assertThat(inForce.from().get("log")).containsExactly("attention-backend");
        assertThat(inForce.missing()).as("all is known").isNull();
    }

    @Test
    void withoutDevModeMetricsModelsAndLogTellWhatTheyCanAndTheRestIsNamedOnce() throws Exception {
        answer("/metrics", resource("metrics-cache-config.txt"));

        InForce inForce = read(Map.of("dtype", "bfloat16"));

        assertThat(inForce.from())
                .containsOnlyKeys("metrics", "models", "log")
                .contains(entry("models", List.of("maxModelLen")), entry("log", List.of("dtype")));
        assertThat(inForce.get("num_gpu_blocks")).contains("16384");
        assertThat(inForce.missing())
                .isEqualTo(
                        "not known: maxNumBatchedTokens, maxNumSeqs, attention-backend, quantization, cudagraph_mode,"
                                + " compilation_mode, enforceEager, enable-chunked-prefill, async-scheduling, tp, pp, dp,"
                                + " expertParallel, device: /server_info answered 404 (vLLM has it with VLLM_SERVER_DEV_MODE=1"
                                + " only)");
    }

    @Test
    void aServerThatDoesNotAnswerIsLessKnowledgeAndNothingElse() throws Exception {
        server.stop(0);

        InForce inForce = read(Map.of("dtype", "bfloat16"));

        assertThat(inForce.values()).containsOnlyKeys("dtype", "maxModelLen");
        assertThat(inForce.missing()).contains("/server_info did not answer").contains("/metrics did not answer");
    }

    private InForce read(Map<String, String> log) throws InterruptedException {
        return new InForceReader(new ControlClient(url, Map.of())).read(Map.of("maxModelLen", "2048"), log, List.of());
    }

    private void answer(String path, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static String resource(String name) {
        try (InputStream in = InForceReaderTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
