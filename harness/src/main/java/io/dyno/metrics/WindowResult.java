package io.dyno.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one window or isolated iteration yielded.
 *
 * @param window the window
 * @param validity whether its numbers may be used
 * @param health the client's own state, or null where no client was at work
 * @param requests how its requests ended
 * @param metrics by name, in a stable order; a latency is its mean over the window's requests (itl: tokens, icl: chunks)
 * @param samples the values behind the latencies, by metric name. They hold one double a token: let go of them once percentiles are taken
 */
public record WindowResult(
        Window window,
        Validity validity,
        Health health,
        RequestCounts requests,
        Map<String, MetricValue> metrics,
        Map<String, Samples> samples) {

    public WindowResult {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        samples = Collections.unmodifiableMap(new LinkedHashMap<>(samples));
    }

    /** An iteration without requests, such as STARTUP's: its numbers come from elsewhere. */
    public static WindowResult isolated(Window window, Validity validity, List<MetricValue> values) {
        return new WindowResult(window, validity, null, RequestCounts.NONE, byName(values), Map.of());
    }

    /** The same with more metrics (a profiler's, a GPU's) and further doubts. */
    public WindowResult with(List<MetricValue> more, Validity doubts) {
        Map<String, MetricValue> all = new LinkedHashMap<>(metrics);
        all.putAll(byName(more));
        return new WindowResult(window, validity.and(doubts), health, requests, all, samples);
    }

    /** The score of a metric, or null when it has none. */
    public Double score(Metric metric) {
        MetricValue value = metrics.get(metric.name());
        return value == null ? null : value.score();
    }

    /** A percentile of a latency over this window alone, or null when it has no samples. */
    public Double percentile(Metric metric, double percent) {
        return samples.getOrDefault(metric.name(), Samples.NONE).percentile(percent);
    }

    private static Map<String, MetricValue> byName(List<MetricValue> values) {
        Map<String, MetricValue> map = new LinkedHashMap<>();
        values.forEach(v -> map.put(v.metric().name(), v));
        return map;
    }
}
