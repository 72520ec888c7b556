package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One class measured by all benches, on the simulated worker and server: what a run of it leaves behind. */
@EnabledOnOs(OS.LINUX)
class OfflineRunTest {
    @Nested
    class OneClassAndAllBenches {
        @TempDir
        static Path folder;

        private static Session run;

        @BeforeAll
        static void runOnce() {
            run = Session.run(
                    folder.resolve("results"),
                    "Chat",
                    "-bm",
                    "serve,throughput,latency,startup",
                    "-p",
                    "numPrompts=24",
                    "-p",
                    "batchSize=4",
                    "-wi",
                    "1",
                    "-i",
                    "2");
        }

        private Map<String, JsonNode> points() {
            return run.points().stream()
                    .collect(Collectors.toMap(point -> point.get("bench").asText(), Function.identity()));
        }

        @Test
        void allAreMeasured() {
            run.exits(ExitCode.OK);
            assertThat(points()).containsOnlyKeys("serve", "throughput", "latency", "startup");
            points().forEach((bench, point) ->
                    assertThat(point.get("status").asText()).as(bench).isEqualTo("ok"));
        }

        @Test
        void theyHaveTheSameMetricNames() {
            List<String> common = List.of(
                    "ttft", "tpot", "e2el", "request_throughput", "output_throughput", "total_token_throughput");
            for (String bench : List.of("serve", "throughput", "latency")) {
                for (String metric : common) {
                    JsonNode value = points().get(bench).get("metrics").get(metric);
                    assertThat(value.get("score").isNumber())
                            .as("%s of %s: %s", metric, bench, value)
                            .isTrue();
                }
            }
        }

        @Test
        void offlineTheGapsBetweenTokensAreNotKnownAndAreNoCopyOfTpot() {
            for (String bench : List.of("throughput", "latency")) {
                for (String metric : List.of("itl", "icl")) {
                    JsonNode value = points().get(bench).get("metrics").get(metric);
                    assertThat(value.get("score").isNull())
                            .as("%s of %s", metric, bench)
                            .isTrue();
                    assertThat(value.get("reason").asText()).contains("first and the last token");
                }
                assertThat(points().get(bench).get("tokenSource").asText()).isEqualTo("engine_stats");
            }
        }

        @Test
        void anIterationIsOneBatchOfAllItsPrompts() {
            JsonNode throughput = points().get("throughput");
            assertThat(throughput.get("primary").asText()).isEqualTo("output_throughput");
            assertThat(throughput.get("requests").get("scored").asInt()).isEqualTo(2 * 24);
            JsonNode latency = points().get("latency");
            assertThat(latency.get("primary").asText()).isEqualTo("e2el");
            assertThat(latency.get("requests").get("scored").asInt()).isEqualTo(2 * 4);
            JsonNode batch = latency.get("metrics").get("batch_latency");
            assertThat(batch.get("score").asDouble())
                    .as("the call contains each of its requests")
                    .isGreaterThanOrEqualTo(
                            latency.get("metrics").get("e2el").get("score").asDouble());
        }

        @Test
        void theTimeToTheFirstTokenContainsTheTimeInTheQueue() {
            run.requests(points().get("throughput"))
                    .forEach(request -> assertThat(request.get("sent").asLong())
                            .as("%s", request)
                            .isLessThanOrEqualTo(request.get("scheduled").asLong()));
        }

        @Test
        void startsAreColdAndThenWarm() {
            JsonNode metrics = points().get("startup").get("metrics");
            for (String metric : List.of("startup_cold", "startup_warm", "first_token_cold", "first_token_warm")) {
                assertThat(metrics.get(metric).get("raw").get(0))
                        .as(metric)
                        .hasSize(2)
                        .allSatisfy(value -> assertThat(value.asDouble()).isPositive());
            }
            assertThat(metrics.get("compilation_warm").get("score").asDouble())
                    .as("what the cold start compiled is there for the warm one")
                    .isLessThan(metrics.get("compilation_cold").get("score").asDouble());
        }

        @Test
        void theBenchesOfOneForkShareAnEngineWhereTheirSettingsAreTheSame() {
            assertThat(run.journal("engine"))
                    .as(
                            "a server, a worker for each of throughput and latency (no prefix caching), two starts an iteration")
                    .hasSize(1 + 2 + 2 * 2);
        }
    }

    @Nested
    class WhatGoesWrong {
        @TempDir
        Path results;

        @Test
        void twoReplicasShareABatchAndTheirRecordsArePooled() {
            Session run = Session.run(
                            results,
                            "Chat",
                            "-bm",
                            "throughput",
                            "-sim",
                            "gpus=2",
                            "-p",
                            "dp=2",
                            "-p",
                            "numPrompts=11",
                            "-wi",
                            "0")
                    .exits(ExitCode.OK);

            List<JsonNode> requests = run.requests(run.point());
            assertThat(requests).hasSize(11);
            assertThat(requests.stream().filter(r -> r.get("target").asText().equals("rank 0")))
                    .hasSize(6);
            assertThat(requests.stream().filter(r -> r.get("target").asText().equals("rank 1")))
                    .hasSize(5);
        }

        @Test
        void fewerPromptsThanReplicasAreRefused() {
            Session run = Session.run(
                            results, "Chat", "-bm", "throughput", "-sim", "gpus=4", "-p", "dp=4", "-p", "numPrompts=3")
                    .exits(ExitCode.USAGE);

            assertThat(run.err()).contains("3").contains("dp");
        }

        @Test
        void aWorkerThatDiesFailsItsPointWithTheIterationsBeforeInTheJournal() {
            Session run = Session.run(
                            results,
                            "Chat",
                            "-bm",
                            "throughput",
                            "-sim",
                            "fault=crash@r30",
                            "-p",
                            "numPrompts=20",
                            "-wi",
                            "1",
                            "-i",
                            "2")
                    .exits(ExitCode.FAILED);

            assertThat(run.point().get("failure").get("class").asText()).isEqualTo("server_crash");
            assertThat(run.point().get("failure").get("log").asText()).startsWith("logs/");
            assertThat(run.journal("iteration"))
                    .as("the warm-up was complete, the first measured batch was not\n%s", run)
                    .hasSize(1);
        }
    }
}
