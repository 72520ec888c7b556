package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.sim.contract.WorkerContract;
import io.dyno.engine.sim.contract.WorkerProcess;
import io.dyno.metrics.RequestRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulated worker keeps the protocol of the offline worker, over a real socket. One process for all cases. */
@Timeout(90)
class WorkerContractTest {
    private static WorkerProcess process;
    private static WorkerProcess.Connection worker;

    @BeforeAll
    static void start() throws Exception {
        process = WorkerProcess.simulated("gpu=H100", "--enforce-eager", "--block-size", "16");
        worker = process.ready();
    }

    @AfterAll
    static void stop() throws Exception {
        process.close();
    }

    static List<WorkerContract.Case> cases() {
        return WorkerContract.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theWorkerAnswersAsTheTableSays(WorkerContract.Case asked) throws Exception {
        assertThat(WorkerContract.violations(asked, worker.ask(asked.ask())))
                .as(asked.ask())
                .isEmpty();
    }

    @Test
    void itSaysHelloAndWhatItIs() {
        assertThat(worker.hello().toString())
                .isEqualTo("{\"event\":\"hello\",\"protocol\":1,\"rank\":0,\"world\":1,\"pid\":"
                        + process.process().pid() + "}");
        JsonNode inForce = worker.description().path("inForce");
        assertThat(inForce.path("max_num_batched_tokens").asText())
                .as("the class LLM takes larger steps than a server")
                .isEqualTo("16384");
        assertThat(inForce.path("enable_prefix_caching").asText()).isEqualTo("True");
        assertThat(inForce.path("dtype").asText()).isEqualTo("torch.bfloat16");
        assertThat(inForce.path("num_gpu_blocks").asInt()).isPositive();
        assertThat(worker.description().path("version").asText()).isEqualTo("0.32.0+dyno.sim");
        assertThat(worker.description().path("seconds").has("compilation"))
                .as("nothing is compiled with --enforce-eager")
                .isFalse();
    }

    @Test
    void theLogIsThatOfTheClassLlm() {
        assertThat(process.log())
                .contains("DYNO'S SIMULATOR. NOT vLLM.")
                .doesNotContain("APIServer")
                .containsPattern(
                        "(?m)^INFO \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\[model\\.py:2152] Using max model len 2048")
                .containsPattern("\\(EngineCore pid=\\d+\\) INFO .* Initializing a V1 LLM engine")
                .containsPattern("Loading weights took \\d+\\.\\d\\d seconds")
                .containsPattern("init engine .* took \\d+\\.\\d\\d s");
    }

    @Test
    void aCommandThatIsNoJsonIsAnsweredAndTheWorkerGoesOn() throws Exception {
        worker.send("{\"id\":1,");
        assertThat(worker.line().orElseThrow())
                .startsWith("{\"id\":1,\"error\":{\"type\":\"JSONDecodeError\",\"message\":");
        assertThat(worker.ask("{\"op\":\"generate\"}").toString())
                .isEqualTo("{\"error\":{\"type\":\"KeyError\",\"message\":\"'requests'\"}}");
        assertThat(worker.ask("{\"op\":\"resetPrefixCache\"}").toString()).isEqualTo("{\"ok\":{\"reset\":true}}");
    }

    @Test
    void itCountsWhatItHasGeneratedAsAServerDoes() throws Exception {
        double before = counted("vllm:generation_tokens_total");
        worker.ask("{\"op\":\"generate\",\"requests\":[{\"prompt\":[5,6],\"maxTokens\":3,\"ignoreEos\":true}]}");

        assertThat(counted("vllm:generation_tokens_total") - before).isEqualTo(3);
        assertThat(counted("vllm:request_queue_time_seconds_count")).isPositive();
    }

    private double counted(String name) throws Exception {
        return worker.ask("{\"op\":\"metrics\"}")
                .at("/ok/text")
                .asText()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void thereIsNothingToProfileWithoutAProfiler() throws Exception {
        assertThat(worker.ask("{\"op\":\"startProfile\"}").toString())
                .isEqualTo("{\"error\":{\"type\":\"RuntimeError\",\"message\":\"Profiling is not enabled. Please set"
                        + " --profiler-config to enable profiling.\"}}");
    }

    @Test
    void aRepeatedPromptIsFoundInTheCacheUntilTheCacheIsEmptied() throws Exception {
        String ask =
                "{\"op\":\"generate\",\"requests\":[{\"prompt\":\"{100 ids}\",\"maxTokens\":2,\"ignoreEos\":true}],"
                        + "\"sampling\":{\"temperature\":0},\"keepText\":true}";
        worker.ask("{\"op\":\"resetPrefixCache\"}");
        JsonNode first = worker.ask(ask).at("/ok/results/0");
        JsonNode second = worker.ask(ask).at("/ok/results/0");
        worker.ask("{\"op\":\"resetPrefixCache\"}");
        JsonNode third = worker.ask(ask).at("/ok/results/0");

        assertThat(first.path("tokensCached").asInt()).isZero();
        assertThat(second.path("tokensCached").asInt())
                .as("full blocks before the last token")
                .isEqualTo(96);
        assertThat(third.path("tokensCached").asInt()).isZero();
        assertThat(second.path("text")).as("the same answer").isEqualTo(first.path("text"));
    }

    @Test
    void timesAreThoseOfVirtualTimeOnTheMachinesMonotonicClock() throws Exception {
        worker.ask("{\"op\":\"resetPrefixCache\"}");
        long before = System.nanoTime();
        JsonNode batch = worker.ask("{\"op\":\"generate\",\"requests\":["
                        + "{\"prompt\":\"{700 ids}\",\"maxTokens\":5,\"ignoreEos\":true},"
                        + "{\"prompt\":[7,8,9],\"maxTokens\":9,\"ignoreEos\":true}],\"sampling\":{\"temperature\":0}}")
                .path("ok");
        long after = System.nanoTime();

        assertThat(batch.path("start").asLong()).isBetween(before, after);
        assertThat(batch.path("end").asLong()).isBetween(before, after);
        SimConfig config = SimConfig.of(
                ModelShapes.builtIn("Qwen/Qwen3-0.6B"),
                SimOptions.parse("gpu=H100"),
                new Flags(Map.of("max-model-len", "2048", "enforce-eager", "true", "block-size", "16")),
                false,
                SimConfig.Use.OFFLINE);
        int[] ones = new int[700];
        java.util.Arrays.fill(ones, 1);
        try (BatchDriver virtual = new VirtualBatchDriver(config, "0", false)) {
            List<RequestRecord> records = virtual.generate(List.of(request(ones, 5), request(new int[] {7, 8, 9}, 9)))
                    .records();
            for (int i = 0; i < records.size(); i++) {
                RequestRecord expected = records.get(i);
                JsonNode result = batch.path("results").get(i);
                long arrival = result.path("arrival").asLong();
                assertThat(result.path("first").asLong() - arrival)
                        .isEqualTo(expected.chunks().at(0) - expected.sent());
                assertThat(result.path("last").asLong() - arrival).isEqualTo(expected.end() - expected.sent());
            }
        }
    }

    private static InferenceRequest request(int[] prompt, int outputLen) {
        return new InferenceRequest(
                "0",
                0,
                "",
                Prompt.ofTokens(prompt),
                outputLen,
                true,
                Map.of("temperature", 0.0),
                Endpoint.COMPLETIONS,
                0,
                0);
    }
}
