package io.dyno.stats;

import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.WindowResult;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One isolated load, from an empty to an empty engine, as one client saw it.
 *
 * @param completed requests that ended well
 * @param failed requests that did not
 * @param inputTokens prompt tokens of the requests that ended well, as the server counts them; null when it did not say
 * @param outputTokens the same of generated tokens
 * @param figures by {@link ClientFigure#id}; those that could not be had are absent
 */
public record ClientRun(int completed, int failed, Long inputTokens, Long outputTokens, Map<String, Double> figures) {
    public ClientRun {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /**
     * What Dyno's own client saw.
     *
     * @param due the requests of the isolated window
     * @param result the metrics of the same window
     */
    public static ClientRun of(List<RequestRecord> due, WindowResult result) {
        List<RequestRecord> well = due.stream().filter(RequestRecord::ok).toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, ClientFigure.DURATION, seconds(due));
        put(figures, ClientFigure.REQUEST_THROUGHPUT, result.score(MetricNames.REQUEST_THROUGHPUT));
        put(figures, ClientFigure.OUTPUT_THROUGHPUT, result.score(MetricNames.OUTPUT_THROUGHPUT));
        latency(figures, result, MetricNames.TTFT, "TTFT");
        latency(figures, result, MetricNames.TPOT, "TPOT");
        latency(figures, result, MetricNames.ICL, "ITL");
        latency(figures, result, MetricNames.E2EL, "E2EL");
        return new ClientRun(
                well.size(),
                due.size() - well.size(),
                sum(well.stream().map(RequestRecord::tokensIn).toList()),
                sum(well.stream().map(RequestRecord::tokensOut).toList()),
                figures);
    }

    /** Its value of a figure, or null. */
    public Double figure(ClientFigure figure) {
        return figures.get(figure.id());
    }

    private static void latency(Map<String, Double> figures, WindowResult result, Metric metric, String name) {
        put(figures, ClientFigure.valueOf("MEAN_" + name + "_MS"), result.score(metric));
        put(figures, ClientFigure.valueOf("MEDIAN_" + name + "_MS"), result.percentile(metric, 50));
        put(figures, ClientFigure.valueOf("P99_" + name + "_MS"), result.percentile(metric, 99));
    }

    private static void put(Map<String, Double> figures, ClientFigure figure, Double value) {
        if (value != null) {
            figures.put(figure.id(), value);
        }
    }

    /** First send to last end; null when nothing was sent. */
    private static Double seconds(List<RequestRecord> due) {
        long[] sent = due.stream()
                .map(RequestRecord::sent)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .toArray();
        long[] ended = due.stream()
                .map(RequestRecord::end)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .toArray();
        if (sent.length == 0 || ended.length == 0) {
            return null;
        }
        return (Arrays.stream(ended).max().getAsLong()
                        - Arrays.stream(sent).min().getAsLong())
                / 1e9;
    }

    private static Long sum(List<Integer> counts) {
        return counts.contains(null)
                ? null
                : Long.valueOf(counts.stream().mapToLong(Integer::longValue).sum());
    }
}
