package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.Bench;
import io.dyno.metrics.Direction;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.PointResult.MetricResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
    private static final List<String> FILES =
            List.of("results.json", "jmh.json", "results.csv", "verdict.json", "junit.xml");
    private static final PlannedPoint POINT = SampleRun.serve("00000000000a", 8, null, 2, 2);

    @TempDir
    private Path folder;

    @Test
    void theSameJournalAndRequestsGiveTheSameBytes() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false).ended(1, "a point failed")) {
            ResultFiles.write(run.path());
            Map<String, String> first = contents(run.path());
            for (String file : FILES) {
                Files.delete(run.path().resolve(file));
            }

            ResultFiles.write(run.path());

            assertThat(contents(run.path())).isEqualTo(first);
        }
    }

    @Test
    void filesAreWhatTheyWere() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false)) {
            run.ended(130, "interrupted");
            ResultFiles.write(run.path());
            for (String file : FILES) {
                Golden.check(
                        "result/measured-" + file, Files.readString(run.path().resolve(file)));
            }
        }
    }

    @Test
    void simulatedResultsCarryTheirMarkInEveryForeignFormat() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, true).ended(1, "a point failed")) {
            ResultFiles.write(run.path());
            Map<String, String> files = contents(run.path());

            assertThat(files.get("jmh.json")).contains("\"benchmark\" : \"com.acme.ChatCapacity.serve[sim]\"");
            assertThat(files.get("results.csv").lines().skip(1))
                    .filteredOn(l -> !l.contains("skipped"))
                    .allMatch(l -> l.matches(
                            "com\\.acme\\.ChatCapacity\\.serve\\[sim](\\[profiled:(torch|nsys)])?,sim,true,.*"));
            assertThat(files.get("junit.xml")).contains("name=\"serve[sim] (maxConcurrency=8)\"");
            JsonNode first = Json.MAPPER.readTree(files.get("results.json")).at("/benchmarks/0");
            assertThat(first.get("simulated").asBoolean()).isTrue();
            assertThat(first.get("benchmark").asText())
                    .as("our own file has a field for it")
                    .isEqualTo("com.acme.ChatCapacity");
        }
    }

    @Test
    void whatWasProfiledIsAnEntryOfItsOwnAndInNoScore() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false).ended(0, "ok")) {
            RunResults results = ResultFiles.write(run.path());

            assertThat(results.points()).hasSize(6).noneMatch(PointResult::profiled);
            assertThat(results.points().get(0).metrics().get("ttft").raw())
                    .as("the profiled window took 20 ms longer to the first token")
                    .containsExactly(Arrays.asList(44.75, null, 44.75), Arrays.asList(46.75, null, 46.75));
            assertThat(results.points().get(0).metrics()).doesNotContainKey("torch.events");
            PointResult torch = results.profiles().get(0);
            assertThat(torch.metrics().get("ttft").raw()).containsExactly(List.of(84.75));
            assertThat(torch.metrics().get("torch.events").estimate().score()).isEqualTo(1234);
            assertThat(torch.profile().profiler()).isEqualTo("torch");
            assertThat(torch.slo()).as("nobody's objectives").isNull();
            PointResult nsys = results.profiles().get(1);
            assertThat(nsys.status()).isEqualTo(Status.FAILED);
            assertThat(nsys.failure().message()).contains("no report");
            assertThat(Json.MAPPER
                            .readTree(contents(run.path()).get("results.json"))
                            .get("benchmarks"))
                    .extracting(entry -> entry.get("profiled").asBoolean())
                    .containsExactly(false, false, false, false, false, false, true, true);
        }
    }

    @Test
    void scoresAreMeansOfForkMeansAndVoidWindowsAreNull() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            for (int fork = 0; fork < 2; fork++) {
                run.engine(fork, false)
                        .window(POINT, fork, 0)
                        .voidWindow(POINT, fork, 1)
                        .window(POINT, fork, 2)
                        .closed(POINT, fork);
            }
            PointResult p = run.results().points().get(0);
            MetricResult ttft = p.metrics().get("ttft");

            assertThat(p.status()).isEqualTo(Status.OK);
            // Twenty requests: 40 + 2·fork + 0…9.5 ms, the mean 4.75 above the first.
            assertThat(ttft.raw().get(0)).containsExactly(44.75, null, 44.75);
            assertThat(ttft.raw().get(1)).containsExactly(46.75, null, 46.75);
            assertThat(ttft.estimate().score()).isCloseTo(45.75, within(1e-9));
            // Fork means 44.75 and 46.75: s = √2, t(0.975, 1) = 12.706205.
            assertThat(ttft.estimate().error()).isCloseTo(12.706204736, within(1e-6));
            assertThat(p.windows()).isEqualTo(new PointResult.WindowCounts(1, 6, 0, 2));
            assertThat(p.requests().scored())
                    .as("the void windows' requests are not scored")
                    .isEqualTo(80);
        }
    }

    @Test
    void percentilesAreTakenOverTheRequestsOfAForkAndThenAveraged() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            for (int fork = 0; fork < 2; fork++) {
                run.engine(fork, false)
                        .window(POINT, fork, 0)
                        .window(POINT, fork, 1)
                        .closed(POINT, fork);
            }
            PointResult.PercentileResult p99 = run.results()
                    .points()
                    .get(0)
                    .metrics()
                    .get("ttft")
                    .percentiles()
                    .get("99");

            // Each fork pools 40 values, 0, 0, 0.5, 0.5, … 9.5, 9.5 above 40 + 2·fork: index 38.61 is 9.5.
            assertThat(p99.raw()).containsExactly(49.5, 51.5);
            assertThat(p99.estimate().score()).isCloseTo(50.5, within(1e-9));
            assertThat(p99.samples()).isEqualTo(40);
            assertThat(p99.fewSamples())
                    .as("40 samples of the 662 that p99 needs")
                    .isTrue();
        }
    }

    @Test
    void aMissingRequestFileCostsPercentilesAndNothingElse() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            for (int fork = 0; fork < 2; fork++) {
                run.engine(fork, false)
                        .window(POINT, fork, 0)
                        .window(POINT, fork, 1)
                        .closed(POINT, fork);
            }
            Files.delete(run.folder().resolve(RunDirectory.requestFile(POINT.id(), 1, Window.Kind.MEASUREMENT, 0, 1)));
            MetricResult ttft = run.results().points().get(0).metrics().get("ttft");

            assertThat(ttft.estimate().score()).isNotNull();
            assertThat(ttft.percentiles().get("50").raw())
                    .as("a fork is whole or absent")
                    .containsExactly(44.75, null);
        }
    }

    @Test
    void everyRequestFailingIsAFailureAndNoNumber() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 1);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            List<RequestRecord> requests = SampleRun.failing(0, 0, 20);
            run.window(point, 1, 0, SampleRun.measure(point, 0, requests), requests)
                    .closed(point, 0);
            PointResult p = run.results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.FAILED);
            assertThat(p.failure().type()).isEqualTo(FailureClass.HTTP_ERRORS);
            assertThat(p.failure().message())
                    .startsWith(
                            "20 of 20 requests failed (http_errors 20), more than the 1 % that -max-failed allows, mostly: ");
            assertThat(p.metrics()).isNotEmpty().allSatisfy((name, m) -> {
                assertThat(m.estimate().score()).as(name).isNull();
                assertThat(m.estimate().reason()).as(name).isNotBlank();
            });
        }
    }

    @Test
    void onePercentOfFailedRequestsIsAllowedAndMoreIsNot() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 5);
        for (int failures = 1; failures <= 2; failures++) {
            try (SampleRun run =
                    new SampleRun(folder, "r" + failures).started(point).engine(0, false)) {
                for (int i = 0; i < 5; i++) {
                    List<RequestRecord> requests = SampleRun.failing(0, i, i == 0 ? failures : 0);
                    run.window(point, 1, 0, SampleRun.measure(point, i, requests), requests);
                }
                PointResult p = run.closed(point, 0).results().points().get(0);

                assertThat(p.status())
                        .as("%d of 100 failed", failures)
                        .isEqualTo(failures == 1 ? Status.OK : Status.FAILED);
                assertThat(p.score().estimate().score())
                        .as("what was measured is given")
                        .isNotNull();
                assertThat(p.suspects()).anyMatch(s -> s.startsWith("failed_requests: 1 of 5 windows"));
            }
        }
    }

    @Test
    void aWindowInWhichNothingSucceededFailsThePointHoweverMuchMayFail() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 2);
        try (SampleRun run = new SampleRun(folder, "r").started(point)) {
            run.log(new JournalEvent.RunStarted(
                    Resume.configurationHash(List.of(point), List.of()), false, 0.9, List.of(point)));
            run.engine(0, false);
            for (int i = 0; i < 2; i++) {
                List<RequestRecord> requests = SampleRun.failing(0, i, i == 0 ? 20 : 0);
                run.window(point, 1, 0, SampleRun.measure(point, i, requests), requests);
            }
            PointResult p = run.closed(point, 0).results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.FAILED);
            assertThat(p.failure().message())
                    .startsWith("all 20 requests of a window failed (http_errors 20), mostly: ");
        }
    }

    @Test
    void anAttemptThatBrokeScoresNothing() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 1);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            List<RequestRecord> slow = SampleRun.requests(50, 0);
            List<RequestRecord> good = SampleRun.requests(0, 0);
            run.window(point, 1, 0, SampleRun.measure(point, 0, slow), slow);
            run.window(point, 2, 0, SampleRun.measure(point, 0, good), good);
            run.log(PointClosed.ok(point.id(), 2, 0, null, null, List.of()));

            assertThat(run.results().points().get(0).metrics().get("ttft").raw())
                    .containsExactly(List.of(44.75));
        }
    }

    @Test
    void aForkThatFailedFailsThePointAndTheOthersStand() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            run.engine(0, false).window(POINT, 0, 0).window(POINT, 0, 1).closed(POINT, 0);
            Failure oom = new Failure(FailureClass.OOM_GPU, "CUDA out of memory", "logs/x.log:4");
            run.log(new Failed(SampleRun.CONFIGURATION, 1, null, null, oom)).ended(1, "a point failed");
            PointResult p = run.results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.FAILED);
            assertThat(p.failure()).isEqualTo(oom);
            assertThat(p.metrics().get("ttft").raw()).isEqualTo(List.of(List.of(44.75, 44.75), List.of()));
            assertThat(p.metrics().get("ttft").estimate().error())
                    .as("one fork")
                    .isNull();
        }
    }

    @Test
    void aForkWithoutItsValidWindowsMakesThePointVoid() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            run.engine(0, false).window(POINT, 0, 0).window(POINT, 0, 1).closed(POINT, 0);
            run.engine(1, false).window(POINT, 1, 0).voidWindow(POINT, 1, 1).closed(POINT, 1);
            PointResult p = run.results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.VOID);
            assertThat(p.reason()).isEqualTo("fork 1 has 1 of 2 valid windows (send_lag)");
        }
    }

    @Test
    void whatWasNotReachedIsInterrupted() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(POINT)) {
            run.engine(0, false)
                    .window(POINT, 0, 0)
                    .window(POINT, 0, 1)
                    .closed(POINT, 0)
                    .ended(130, "interrupted");
            PointResult p = run.results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.INTERRUPTED);
            assertThat(p.reason()).isEqualTo("1 of 2 forks were not measured");
            assertThat(p.score().estimate().score())
                    .as("what was measured is given")
                    .isNotNull();
        }
    }

    @Test
    void startupHasNoRequestsAndNoPercentiles() throws IOException {
        PlannedPoint point = new PlannedPoint(
                "00000000000a",
                SampleRun.CONFIGURATION,
                "com.acme.Start",
                Bench.STARTUP,
                Map.of(),
                Map.of(),
                null,
                "startup_warm",
                1,
                0,
                2,
                true,
                null);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            for (int i = 0; i < 2; i++) {
                Window w = new Window(Window.Kind.MEASUREMENT, i, "0", i, i + 1, true);
                WindowResult result = WindowResult.isolated(w, Validity.OK, SampleRun.startup(60 + i, 30 + i));
                run.log(IterationEnded.of(point.id(), 1, 0, result, null));
            }
            PointResult p = run.closed(point, 0).results().points().get(0);

            assertThat(p.status()).isEqualTo(Status.OK);
            assertThat(p.score().estimate().score()).isCloseTo(30.5, within(1e-9));
            assertThat(p.score().percentiles()).isEmpty();
            assertThat(p.suspects()).isEmpty();
        }
    }

    @Test
    void oneWindowWithoutWarmupIsSuspectOfItsOwnRamp() throws IOException {
        PlannedPoint p = SampleRun.serve("00000000000a", 8, null, 1, 1);
        PlannedPoint cold = new PlannedPoint(
                p.id(),
                p.configuration(),
                p.benchmark(),
                p.bench(),
                p.params(),
                p.settings(),
                null,
                p.primary(),
                1,
                0,
                1,
                false,
                null);
        try (SampleRun run = new SampleRun(folder, "r").started(cold).engine(0, false)) {
            run.window(cold, 0, 0).closed(cold, 0);

            assertThat(run.results().points().get(0).suspects())
                    .containsExactly("ramp: one window without a warm-up contains its own ramp");
        }
    }

    @Test
    void everyJsonFileIsStrict() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false).ended(1, "a point failed")) {
            ResultFiles.write(run.path());
            Map<String, String> files = contents(run.path());

            for (String file : List.of("results.json", "jmh.json", "verdict.json")) {
                JsonNode tree = Json.MAPPER.readTree(files.get(file));
                assertThat(tree.isMissingNode()).as(file).isFalse();
            }
            assertThat(files.get("results.json")).doesNotContain("NaN", "Infinity");
            assertThat(Json.MAPPER
                            .readTree(files.get("verdict.json"))
                            .get("verdict")
                            .asText())
                    .isEqualTo("none");
        }
    }

    @Test
    void jmhJsonHasOurEstimateAndEveryNumberBehindIt() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false).ended(1, "a point failed")) {
            RunResults results = ResultFiles.write(run.path());
            JsonNode jmh = Json.MAPPER.readTree(contents(run.path()).get("jmh.json"));

            assertThat(jmh)
                    .as("only the point that ended well, and what was profiled of it under a name of its own")
                    .extracting(found -> found.get("benchmark").asText())
                    .containsExactly("com.acme.ChatCapacity.serve", "com.acme.ChatCapacity.serve[profiled:torch]");
            JsonNode entry = jmh.get(0);
            PointResult p = results.points().get(0);
            JsonNode ttft = entry.at("/secondaryMetrics/ttft:p99");
            assertThat(entry.at("/secondaryMetrics/ttft/rawData").toString())
                    .as("beside each score, the void windows left out")
                    .isEqualTo("[[44.75,44.75],[46.75,46.75]]");
            assertThat(entry.at("/secondaryMetrics").has("vllm.preemptions"))
                    .as("a metric that some window lacks")
                    .isFalse();
            assertThat(entry.at("/mode").asText()).as("more is better").isEqualTo("thrpt");
            assertThat(entry.at("/params/maxConcurrency").asText()).isEqualTo("8");
            assertThat(entry.at("/primaryMetric/score").asDouble())
                    .isCloseTo(p.score().estimate().score(), within(1e-9));
            assertThat(entry.at("/primaryMetric/rawData").toString())
                    .as("goodput of each valid window, of 20 requests 10 and 6 in the SLO")
                    .isEqualTo("[[10.0,10.0],[6.0,6.0]]");
            assertThat(ttft.at("/rawData").toString()).as("one a fork").isEqualTo("[[49.5],[51.5]]");
            assertThat(ttft.at("/score").asDouble())
                    .isCloseTo(
                            p.metrics()
                                    .get("ttft")
                                    .percentiles()
                                    .get("99")
                                    .estimate()
                                    .score(),
                            within(1e-9));
        }
    }

    @Test
    void jmhJsonKeepsNamesThatLookLikeJson() throws IOException {
        PlannedPoint p = SampleRun.serve("00000000000a", 8, null, 1, 1);
        Map<String, String> params = Map.of("e\"n{v}", "[\"A=1\",\"B,2\"]");
        PlannedPoint awkward = new PlannedPoint(
                p.id(),
                p.configuration(),
                p.benchmark(),
                p.bench(),
                params,
                p.settings(),
                null,
                p.primary(),
                1,
                1,
                1,
                false,
                null);
        Metric metric = new Metric("nsys.a;b<c>{d}", "\"x\",[y]", Direction.NONE);
        try (SampleRun run = new SampleRun(folder, "r").started(awkward).engine(0, true)) {
            List<RequestRecord> requests = SampleRun.requests(0, 0);
            WindowResult result =
                    SampleRun.measure(awkward, 0, requests).with(List.of(MetricValue.of(metric, 1.5)), Validity.OK);
            run.window(awkward, 1, 0, result, requests).closed(awkward, 0);
            ResultFiles.write(run.path());
            JsonNode entry =
                    Json.MAPPER.readTree(contents(run.path()).get("jmh.json")).get(0);

            assertThat(entry.get("benchmark").asText()).isEqualTo("com.acme.ChatCapacity.serve[sim]");
            assertThat(entry.get("params").get("e\"n{v}").asText()).isEqualTo("[\"A=1\",\"B,2\"]");
            assertThat(entry.get("secondaryMetrics")
                            .get(metric.name())
                            .get("scoreUnit")
                            .asText())
                    .isEqualTo(metric.unit());
            assertThat(entry.at("/primaryMetric/scoreError").asText())
                    .as("JMH's way to say unknown")
                    .isEqualTo("NaN");
        }
    }

    @Test
    void csvQuotesWhatNeedsIt() throws IOException {
        PlannedPoint p = SampleRun.serve("00000000000a", 8, null, 1, 1);
        Map<String, String> params = new LinkedHashMap<>();
        params.put("env", "[\"A=1\",\"B=2\"]");
        PlannedPoint quoted = new PlannedPoint(
                p.id(),
                p.configuration(),
                p.benchmark(),
                p.bench(),
                params,
                p.settings(),
                null,
                p.primary(),
                1,
                1,
                1,
                false,
                "no, \"thanks\"");
        try (SampleRun run = new SampleRun(folder, "r").started(quoted)) {
            ResultFiles.write(run.path());

            assertThat(contents(run.path()).get("results.csv"))
                    .contains(",\"no, \"\"thanks\"\"\",\"[\"\"A=1\"\",\"\"B=2\"\"]\"\n");
        }
    }

    @Test
    void nothingHalfWrittenIsLeft() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false).ended(1, "a point failed")) {
            ResultFiles.write(run.path());
            try (var files = Files.walk(run.path())) {
                assertThat(files.map(f -> f.getFileName().toString())).noneMatch(f -> f.endsWith(".tmp"));
            }
        }
    }

    private static Map<String, String> contents(Path run) throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        for (String file : FILES) {
            contents.put(file, Files.readString(run.resolve(file)));
        }
        return contents;
    }
}
