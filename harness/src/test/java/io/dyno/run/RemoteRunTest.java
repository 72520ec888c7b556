package io.dyno.run;

import static io.dyno.engine.remote.OpenAiServer.Manners.VLLM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.remote.OpenAiServer;
import io.dyno.engine.remote.OpenAiServer.Usage;
import io.dyno.engine.sim.contract.SimProcess;
import io.dyno.metrics.RequestRecord;
import io.dyno.result.RequestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on servers that somebody else started: the simulator as a process of its own, and servers of other makers. */
class RemoteRunTest {
    private static final List<String> SHORT = List.of("-w", "200ms", "-i", "1", "-r", "500ms");

    @TempDir
    Path folder;

    private Session attach(Object urls, String... arguments) {
        List<String> all = new ArrayList<>(SHORT);
        all.addAll(List.of("-url", urls.toString()));
        all.addAll(List.of(arguments));
        return Session.call(folder.resolve("results"), all);
    }

    @Test
    void aSimulatorOfSomebodyElseIsMeasuredAsAForeignServerAndLeftRunning() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;gpus=1")) {
            String url = "http://127.0.0.1:" + sim.port();

            Session run = attach(url + "/v1", "AnyModel").exits(ExitCode.OK);

            assertThat(run.out())
                    .startsWith("SIMULATION. The server is Dyno's simulator")
                    .contains("a server that somebody else started: " + url)
                    .contains("1 engine configuration, nothing started, 1 point")
                    .contains("engine  ready attached")
                    .contains("tokens  counted by usage on every chunk");
            JsonNode point = run.point();
            assertThat(point.get("engine").asText()).isEqualTo("remote");
            assertThat(point.get("identity").get("model").asText())
                    .as("the only one served")
                    .isEqualTo("tiny");
            assertThat(point.get("simulated").asBoolean())
                    .as("whoever started it")
                    .isTrue();
            assertThat(point.get("tokenSource").asText()).isEqualTo("continuous_usage");
            assertThat(point.get("urls")).singleElement().satisfies(u -> assertThat(u.asText())
                    .isEqualTo(url));
            assertThat(point.get("gpus").isNull()).isTrue();
            assertThat(point.get("unknown").get("gpus").asText()).contains("-gpus");
            assertThat(point.get("unknown").get("startup").asText()).contains("running already");
            assertThat(point.get("inForce").get("maxModelLen").asText()).isEqualTo("2048");
            JsonNode metrics = point.get("metrics");
            assertThat(metrics.get("output_throughput").get("score").asDouble()).isPositive();
            assertThat(metrics.get("output_throughput_per_gpu").get("reason").asText())
                    .isEqualTo("the number of GPUs is unknown");
            assertThat(run.files("logs"))
                    .as("logs of a server that is not ours")
                    .isEmpty();
            assertThat(run.json("run.json").get("urls").get(0).asText()).isEqualTo(url);
            assertThat(targets(run)).as("one server needs no name").isEqualTo(Set.of("none"));
            assertThat(sim.get("/health").statusCode())
                    .as("the server is left running")
                    .isEqualTo(200);
            assertThat(sim.log()).as("the cache of others").doesNotContain("reset_prefix_cache");
        }
    }

    @Test
    void twoServersAreLoadedAsOneInTurnAndGpusThatWereGivenYieldFiguresForEach() throws Exception {
        try (SimProcess first = SimProcess.serving("gpu=H100;gpus=1");
                SimProcess second = SimProcess.serving("gpu=H100;gpus=1")) {
            String one = "http://127.0.0.1:" + first.port();
            String two = "http://127.0.0.1:" + second.port();

            Session run = attach(one + "," + two, "Chat", "-p", "model=tiny", "-gpus", "2")
                    .exits(ExitCode.OK);

            assertThat(run.out())
                    .contains("2 servers, loaded as one in turn, that somebody else started: " + one + ", " + two)
                    .contains("ready attached to 2 servers")
                    .contains("GPU      2 (-gpus)");
            assertThat(targets(run)).isEqualTo(Set.of(one, two));
            long ofTheFirst = records(run).stream()
                    .filter(record -> record.target().equals(one))
                    .count();
            assertThat(2 * ofTheFirst)
                    .as(
                            "half of %d requests; one that found no slot may be missing",
                            records(run).size())
                    .isBetween(records(run).size() - 5L, records(run).size() + 5L);
            JsonNode point = run.point();
            assertThat(point.get("gpus").asInt()).isEqualTo(2);
            assertThat(point.get("unknown").has("gpus")).isFalse();
            JsonNode metrics = point.get("metrics");
            assertThat(2 * metrics.get("output_throughput_per_gpu").get("score").asDouble())
                    .isCloseTo(metrics.get("output_throughput").get("score").asDouble(), withinPercentage(0.001));
            assertThat(point.get("settings").path("dp").asInt(1))
                    .as("GPUs given change no engine")
                    .isEqualTo(1);
        }
    }

    @Test
    void whereTokensAreCountedAtTheEndOnlyWhatIsNotKnownIsNullWithTheReason() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(
                VLLM.telling(Usage.AT_THE_END, false).chunksOf(2).serving("m"))) {
            Session run = attach(server.url(), "AnyModel").exits(ExitCode.OK);

            JsonNode point = run.point();
            assertThat(point.get("tokenSource").asText()).isEqualTo("final_usage");
            assertThat(point.get("engineVersion").isNull()).isTrue();
            assertThat(point.get("unknown").get("engineVersion").asText()).isEqualTo("the server has no /version");
            assertThat(point.get("suspects").toString()).contains("tokens_spread");
            JsonNode metrics = point.get("metrics");
            assertThat(metrics.get("itl").get("score").isNull()).isTrue();
            assertThat(metrics.get("itl").get("reason").asText()).contains("tokens per chunk are unknown");
            assertThat(metrics.get("icl").get("score").isNumber()).isTrue();
            assertThat(metrics.get("output_throughput").get("score").asDouble()).isPositive();
            assertThat(run.out())
                    .startsWith("Dyno ")
                    .contains("version unknown")
                    .contains("counted by usage at the end only")
                    .contains("# OpenAI-compatible server")
                    .contains("measured, remote");
            assertThat(run.journal("engine").get(0).get("tokenSources").toString())
                    .isEqualTo("{\"completions\":\"final_usage\"}");
        }
    }

    @Test
    void whereNobodyCountsTokensThereIsNoThroughputAndLatenciesStay() throws Exception {
        try (OpenAiServer server =
                OpenAiServer.start(VLLM.telling(Usage.NEVER, false).serving("m"))) {
            Session run = attach(server.url(), "AnyModel").exits(ExitCode.OK);

            JsonNode point = run.point();
            assertThat(point.get("tokenSource").asText()).isEqualTo("none");
            assertThat(point.get("suspects").toString()).contains("tokens_unknown");
            JsonNode metrics = point.get("metrics");
            assertThat(metrics.get("output_throughput").get("score").isNull()).isTrue();
            assertThat(metrics.get("output_throughput").get("reason").asText())
                    .isEqualTo("the server did not say how many tokens there were");
            assertThat(metrics.get("ttft").get("score").isNumber()).isTrue();
            assertThat(metrics.get("request_throughput").get("score").asDouble())
                    .isPositive();
        }
    }

    @Test
    void aServerThatCountsOnEveryChunkHasAnItl() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM.chunksOf(2).behind("/deep/api"))) {
            Session run =
                    attach(server.url() + "/v1", "Chat", "-p", "model=tiny").exits(ExitCode.OK);

            assertThat(run.point().get("metrics").get("itl").get("score").isNumber())
                    .isTrue();
            assertThat(server.paths()).containsOnly("/deep/api/v1/models", "/deep/api/v1/completions");
        }
    }

    @Test
    void offlineBenchesAreSkippedWithTheReasonAndTheRestIsMeasured() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            Session run =
                    attach(server.url(), "AnyModel", "-bm", "serve,latency").exits(ExitCode.OK);

            assertThat(run.points().stream().map(p -> p.get("status").asText()))
                    .containsExactlyInAnyOrder("ok", "skipped");
            assertThat(run.out())
                    .contains(
                            "skipped  com.acme.AnyModel.latency: a remote engine is a server, and LATENCY needs processes");
        }
    }

    private static List<RequestRecord> records(Session run) throws IOException {
        List<RequestRecord> records = new ArrayList<>();
        try (var files = Files.list(run.file("requests"))) {
            for (Path file : files.toList()) {
                records.addAll(RequestFiles.read(file));
            }
        }
        return records.stream().filter(record -> record.sent() != null).toList();
    }

    private static Set<String> targets(Session run) throws IOException {
        Set<String> targets = new HashSet<>();
        records(run).forEach(record -> targets.add(record.target() == null ? "none" : record.target()));
        return targets;
    }
}
