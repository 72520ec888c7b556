package io.dyno.run;

import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.SloLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The formulas of docs/metrics.md once more, written down as simply as they stand there.
 *
 * @param start of the window that rates are per, ns from the load's start
 * @param end its end
 * @param drained whether it is a run to the end of all its requests: rates are then per first send to last end, and that end is within
 * @param due the window's own requests
 * @param all all requests of its load
 */
record Recomputation(long start, long end, boolean drained, List<RequestRecord> due, List<RequestRecord> all) {
    static Recomputation of(long start, long end, boolean drained, List<RequestRecord> due, List<RequestRecord> all) {
        if (!drained) {
            return new Recomputation(start, end, false, due, all);
        }
        long first = due.stream().mapToLong(RequestRecord::sent).min().orElseThrow();
        long last = due.stream().mapToLong(RequestRecord::end).max().orElseThrow();
        return new Recomputation(first, last, true, due, due);
    }

    /**
     * A metric's number.
     *
     * @param slo limits, where there are any
     */
    double value(String metric, SloLimits slo) {
        double seconds = (end - start) / 1e9;
        return switch (metric) {
            case "output_throughput" -> outputTokens() / seconds;
            case "total_token_throughput" -> (outputTokens() + inputTokens()) / seconds;
            case "request_throughput" ->
                all.stream().filter(r -> r.ok() && inside(r.end())).count() / seconds;
            case "concurrency" ->
                all.stream()
                                .mapToLong(r -> Math.max(0, Math.min(r.end(), end) - Math.max(r.sent(), start)))
                                .sum()
                        / 1e9
                        / seconds;
            case "goodput" -> met(slo) / seconds;
            case "slo_share" -> (double) met(slo) / due.size();
            default -> samples(metric).stream().mapToDouble(s -> s).average().orElseThrow();
        };
    }

    /** A latency's samples: one a request, {@code itl} one a token, {@code icl} one a chunk. */
    List<Double> samples(String metric) {
        List<Double> samples = new ArrayList<>();
        for (RequestRecord r : due) {
            if (!r.ok()) {
                continue;
            }
            switch (metric) {
                case "itl" -> {
                    for (int k = 1; k < r.chunks().size(); k++) {
                        int tokens = r.chunks().tokens(k);
                        samples.addAll(Collections.nCopies(tokens, gap(r, k) / tokens));
                    }
                }
                case "icl" -> {
                    for (int k = 1; k < r.chunks().size(); k++) {
                        samples.add(gap(r, k));
                    }
                }
                case "tpot" -> {
                    if (r.chunks().size() > 1) {
                        samples.add(timePerToken(r));
                    }
                }
                default -> samples.add(milliseconds(metric, r));
            }
        }
        return samples;
    }

    /** numpy's default: index p/100·(n−1) in the sorted samples, interpolated. */
    static double percentile(List<Double> samples, double percent) {
        List<Double> sorted = samples.stream().sorted().toList();
        double index = percent / 100 * (sorted.size() - 1);
        int below = (int) index;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (index - below) * (sorted.get(above) - sorted.get(below));
    }

    /** How many of the window's requests met the limits. */
    long met(SloLimits slo) {
        return due.stream()
                .filter(r -> r.ok()
                        && within(milliseconds("ttft_intended", r), slo.ttftMillis())
                        && within(milliseconds("e2el_intended", r), slo.e2elMillis())
                        && (r.chunks().size() == 1 || within(timePerToken(r), slo.tpotMillis())))
                .count();
    }

    private static boolean within(double millis, Double limit) {
        return limit == null || millis <= limit;
    }

    private static double milliseconds(String metric, RequestRecord r) {
        long first = r.chunks().at(0);
        long last = r.chunks().at(r.chunks().size() - 1);
        return switch (metric) {
            case "ttft" -> (first - r.sent()) / 1e6;
            case "ttft_intended" -> (first - r.due()) / 1e6;
            case "e2el" -> (last - r.sent()) / 1e6;
            case "e2el_intended" -> (last - r.due()) / 1e6;
            case "send_lag" -> (r.sent() - r.due()) / 1e6;
            default -> throw new IllegalArgumentException(metric);
        };
    }

    private static double timePerToken(RequestRecord r) {
        long took = r.chunks().at(r.chunks().size() - 1) - r.chunks().at(0);
        return took / 1e6 / (r.tokensOut() - r.chunks().tokens(0));
    }

    private static double gap(RequestRecord r, int k) {
        return (r.chunks().at(k) - r.chunks().at(k - 1)) / 1e6;
    }

    private long outputTokens() {
        long tokens = 0;
        for (RequestRecord r : all) {
            for (int i = 0; r.ok() && i < r.chunks().size(); i++) {
                tokens += inside(r.chunks().at(i)) ? r.chunks().tokens(i) : 0;
            }
        }
        return tokens;
    }

    private long inputTokens() {
        return all.stream()
                .filter(r -> r.ok() && inside(r.chunks().at(0)))
                .mapToInt(RequestRecord::tokensIn)
                .sum();
    }

    private boolean inside(long time) {
        return time >= start && (drained ? time <= end : time < end);
    }
}
