package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.metrics.RequestRecord;
import io.dyno.result.RequestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scores of a run with profilers, computed once more from the records on disk by the formulas of docs/metrics.md, with the profiled records left
 * aside: they are in no score.
 */
class RecomputedScoresTest {
    private static final Set<String> UNPROFILED = Set.of("warmup", "measurement", "tail");

    @TempDir
    Path results;

    private Session run;

    @Test
    void everyScoreComesFromUnprofiledRecords() throws IOException {
        run = Session.run(
                        results,
                        "Chat",
                        "-f",
                        "2",
                        "-i",
                        "2",
                        "-r",
                        "300ms",
                        "-p",
                        "maxConcurrency=2,4",
                        "-prof",
                        "idle",
                        "-prof",
                        "around")
                .exits(ExitCode.OK);

        List<JsonNode> scored = run.points().stream()
                .filter(point -> !point.get("profiled").asBoolean())
                .toList();
        assertThat(scored).hasSize(2);
        for (JsonNode point : scored) {
            assertThat(point.get("metrics").properties())
                    .as("nothing of a profiler is among the scores")
                    .noneMatch(metric -> metric.getKey().matches("(idle|around)\\..*"));
            check(point, "output_throughput");
            check(point, "total_token_throughput");
            check(point, "request_throughput");
            check(point, "ttft");
            check(point, "ttft_intended");
            check(point, "e2el");
            check(point, "e2el_intended");
            check(point, "tpot");
        }
    }

    private void check(JsonNode point, String metric) throws IOException {
        JsonNode found = point.get("metrics").get(metric);
        double sumOfForks = 0;
        for (int fork = 0; fork < 2; fork++) {
            List<JsonNode> windows = windows(point, fork, "measurement");
            assertThat(windows).as("windows of fork %s", fork).hasSize(2);
            double sum = 0;
            for (int i = 0; i < windows.size(); i++) {
                double value = value(metric, windows.get(i), fork);
                assertThat(found.get("raw").get(fork).get(i).asDouble())
                        .as("%s of fork %s, iteration %s", metric, fork, i)
                        .isCloseTo(value, within(1e-6 * Math.max(1, Math.abs(value))));
                sum += value;
            }
            sumOfForks += sum / windows.size();
        }
        double score = sumOfForks / 2;
        assertThat(found.get("score").asDouble())
                .as("%s: mean over forks of the mean over iterations", metric)
                .isCloseTo(score, within(1e-6 * Math.max(1, Math.abs(score))));
    }

    private double value(String metric, JsonNode window, int fork) throws IOException {
        long start = window.get("start").asLong();
        long end = window.get("end").asLong();
        double seconds = (end - start) / 1e9;
        List<RequestRecord> all = all(window.get("point").asText(), fork);
        return switch (metric) {
            case "output_throughput" -> outputTokens(all, start, end) / seconds;
            case "total_token_throughput" -> (outputTokens(all, start, end) + inputTokens(all, start, end)) / seconds;
            case "request_throughput" ->
                all.stream().filter(r -> r.ok() && inside(r.end(), start, end)).count() / seconds;
            default ->
                records(window).stream()
                        .filter(RequestRecord::ok)
                        .mapToDouble(r -> milliseconds(metric, r))
                        .average()
                        .orElseThrow();
        };
    }

    private static double milliseconds(String metric, RequestRecord r) {
        long first = r.chunks().at(0);
        int last = r.chunks().size() - 1;
        return switch (metric) {
            case "ttft" -> (first - r.sent()) / 1e6;
            case "ttft_intended" -> (first - r.due()) / 1e6;
            case "e2el" -> (r.chunks().at(last) - r.sent()) / 1e6;
            case "e2el_intended" -> (r.chunks().at(last) - r.due()) / 1e6;
            case "tpot" ->
                (r.chunks().at(last) - first)
                        / 1e6
                        / (r.tokensOut() - r.chunks().tokens(0));
            default -> throw new IllegalArgumentException(metric);
        };
    }

    private static double outputTokens(List<RequestRecord> all, long start, long end) {
        long tokens = 0;
        for (RequestRecord r : all) {
            for (int i = 0; r.ok() && i < r.chunks().size(); i++) {
                tokens += inside(r.chunks().at(i), start, end) ? r.chunks().tokens(i) : 0;
            }
        }
        return tokens;
    }

    private static double inputTokens(List<RequestRecord> all, long start, long end) {
        return all.stream()
                .filter(r -> r.ok() && inside(r.chunks().at(0), start, end))
                .mapToInt(RequestRecord::tokensIn)
                .sum();
    }

    private static boolean inside(long time, long start, long end) {
        return time >= start && time < end;
    }

    /** All requests of a point's load in a fork, whatever window they were due in; none of another load, such as a profiled one. */
    private List<RequestRecord> all(String point, int fork) throws IOException {
        List<RequestRecord> all = new ArrayList<>();
        for (JsonNode line : run.journal("iteration")) {
            if (line.get("point").asText().equals(point)
                    && line.get("fork").asInt() == fork
                    && UNPROFILED.contains(line.get("kind").asText())) {
                all.addAll(records(line));
            }
        }
        return all;
    }

    private List<JsonNode> windows(JsonNode point, int fork, String kind) {
        return run.journal("iteration").stream()
                .filter(line -> line.get("point").equals(point.get("point"))
                        && line.get("fork").asInt() == fork
                        && line.get("kind").asText().equals(kind))
                .toList();
    }

    private List<RequestRecord> records(JsonNode window) throws IOException {
        return RequestFiles.read(run.file(window.get("records").asText()));
    }
}
