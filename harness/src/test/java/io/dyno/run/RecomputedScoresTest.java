package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.SloLimits;
import io.dyno.result.RequestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scores of a run with profilers, computed once more from the records on disk by the formulas of docs/metrics.md, with the profiled records left
 * aside: they are in no score.
 */
class RecomputedScoresTest {
    private static final List<String> LATENCIES = List.of("ttft", "ttft_intended", "e2el", "e2el_intended", "tpot");
    private static final List<String> RATES =
            List.of("output_throughput", "total_token_throughput", "request_throughput", "concurrency");
    private static final List<Double> PERCENTS = List.of(50.0, 90.0, 95.0, 99.0, 99.9);

    @TempDir
    Path results;

    private Session run;
    private boolean drained;

    @Test
    void everyScoreAndPercentileOfServingComesFromUnprofiledRecords() throws IOException {
        run("Chat", "-r", "300ms", "-p", "maxConcurrency=2,4");

        List<JsonNode> scored = scored();
        assertThat(scored).hasSize(2);
        for (JsonNode point : scored) {
            for (String rate : RATES) {
                check(point, rate, null);
            }
            for (String latency : both(LATENCIES, List.of("itl", "icl", "send_lag"))) {
                check(point, latency, null);
                checkPercentiles(point, latency);
            }
        }
    }

    @Test
    void goodputComesFromUnprofiledRecords() throws IOException {
        run("Goal", "-r", "300ms");

        List<JsonNode> scored = scored();
        assertThat(scored).hasSize(1);
        JsonNode point = scored.get(0);
        assertThat(point.get("primary").asText()).isEqualTo("goodput");
        check(point, "goodput", TestBenchmarks.GOAL);
        check(point, "slo_share", TestBenchmarks.GOAL);
    }

    @Test
    void everyScoreAndPercentileOfAnOfflineEngineComesFromUnprofiledRecords() throws IOException {
        drained = true;
        run("Chat", "-bm", "throughput,latency", "-p", "numPrompts=24", "-p", "batchSize=4", "-wi", "1");

        Map<String, JsonNode> scored = scored().stream()
                .collect(Collectors.toMap(point -> point.get("bench").asText(), Function.identity()));
        assertThat(scored).containsOnlyKeys("throughput", "latency");
        for (JsonNode point : scored.values()) {
            for (String rate : RATES) {
                check(point, rate, null);
            }
            for (String latency : LATENCIES) {
                check(point, latency, null);
                checkPercentiles(point, latency);
            }
        }
        JsonNode batches = scored.get("latency").get("metrics").get("batch_latency");
        for (int fork = 0; fork < 2; fork++) {
            List<JsonNode> windows = windows(scored.get("latency"), fork);
            for (int i = 0; i < windows.size(); i++) {
                double millis = (windows.get(i).get("end").asLong()
                                - windows.get(i).get("start").asLong())
                        / 1e6;
                assertThat(batches.get("raw").get(fork).get(i).asDouble())
                        .as("the batch of fork %s, iteration %s", fork, i)
                        .isCloseTo(millis, within(1e-6));
            }
        }
    }

    /** Two forks of two iterations each, profiled in both ways: in the last of them, and in one more. */
    private void run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-f", "2", "-i", "2", "-prof", "idle", "-prof", "around"));
        run = Session.run(results, all.toArray(String[]::new)).exits(ExitCode.OK);
    }

    private List<JsonNode> scored() {
        List<JsonNode> scored = run.points().stream()
                .filter(point -> !point.get("profiled").asBoolean())
                .toList();
        assertThat(scored).allSatisfy(point -> assertThat(point.get("metrics").properties())
                .as("nothing of a profiler is among the scores")
                .noneMatch(metric -> metric.getKey().matches("(idle|around)\\..*")));
        assertThat(run.points()).as("each was profiled, by both").hasSize(3 * scored.size());
        return scored;
    }

    private void check(JsonNode point, String metric, SloLimits slo) throws IOException {
        JsonNode found = point.get("metrics").get(metric);
        double sumOfForks = 0;
        for (int fork = 0; fork < 2; fork++) {
            List<JsonNode> windows = windows(point, fork);
            double sum = 0;
            for (int i = 0; i < windows.size(); i++) {
                double value = recomputation(windows.get(i), fork).value(metric, slo);
                same(found.get("raw").get(fork).get(i), value, "%s of fork %s, iteration %s", metric, fork, i);
                sum += value;
            }
            sumOfForks += sum / windows.size();
        }
        same(found.get("score"), sumOfForks / 2, "%s: mean over forks of the mean over iterations", metric);
    }

    /** Over all samples of a fork's windows; the score is the mean of the forks' percentiles. */
    private void checkPercentiles(JsonNode point, String metric) throws IOException {
        JsonNode found = point.get("metrics").get(metric).get("percentiles");
        for (double percent : PERCENTS) {
            JsonNode percentile = found.get(percent == 99.9 ? "99.9" : Integer.toString((int) percent));
            double sum = 0;
            int fewest = Integer.MAX_VALUE;
            for (int fork = 0; fork < 2; fork++) {
                List<Double> samples = new ArrayList<>();
                for (JsonNode window : windows(point, fork)) {
                    samples.addAll(recomputation(window, fork).samples(metric));
                }
                double value = Recomputation.percentile(samples, percent);
                same(percentile.get("raw").get(fork), value, "p%s of %s in fork %s", percent, metric, fork);
                sum += value;
                fewest = Math.min(fewest, samples.size());
            }
            same(percentile.get("score"), sum / 2, "p%s of %s", percent, metric);
            assertThat(percentile.get("samples").asInt()).isEqualTo(fewest);
        }
    }

    private static void same(JsonNode found, double value, String what, Object... of) {
        assertThat(found.isNumber()).as(what, of).isTrue();
        assertThat(found.asDouble()).as(what, of).isCloseTo(value, within(1e-6 * Math.max(1, Math.abs(value))));
    }

    private Recomputation recomputation(JsonNode window, int fork) throws IOException {
        return Recomputation.of(
                window.get("start").asLong(),
                window.get("end").asLong(),
                drained,
                records(window),
                all(window.get("point").asText(), fork));
    }

    /** All requests of a point's load in a fork, whatever window they were due in; none of another load, such as a profiled one. */
    private List<RequestRecord> all(String point, int fork) throws IOException {
        List<RequestRecord> all = new ArrayList<>();
        for (JsonNode line : run.journal("iteration")) {
            if (line.get("point").asText().equals(point)
                    && line.get("fork").asInt() == fork
                    && !line.hasNonNull("profiler")) {
                all.addAll(records(line));
            }
        }
        return all;
    }

    private List<JsonNode> windows(JsonNode point, int fork) {
        List<JsonNode> windows = run.journal("iteration").stream()
                .filter(line -> line.get("point").equals(point.get("point"))
                        && line.get("fork").asInt() == fork
                        && !line.hasNonNull("profiler")
                        && line.get("kind").asText().equals("measurement"))
                .toList();
        assertThat(windows).as("windows of fork %s", fork).hasSize(2);
        return windows;
    }

    private List<RequestRecord> records(JsonNode window) throws IOException {
        return RequestFiles.read(run.file(window.get("records").asText()));
    }

    private static List<String> both(List<String> some, List<String> others) {
        List<String> both = new ArrayList<>(some);
        both.addAll(others);
        return both;
    }
}
