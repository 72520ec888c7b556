package io.dyno.result;

import io.dyno.metrics.Latencies;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Percentile;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Samples;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.PointResult.PercentileResult;
import io.dyno.stats.Estimates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The metrics of a point: the journal's number for each window, and percentiles over the pooled requests of each fork. */
final class MetricAssembly {
    private static final List<Double> PERCENTS = List.of(50.0, 90.0, 95.0, 99.0, 99.9);

    /** Reads the requests of a window. */
    @FunctionalInterface
    interface Requests {
        List<RequestRecord> read(String file) throws IOException;
    }

    /** What is kept of a fork's samples of one metric; the samples themselves are one number a token and are let go. */
    private record Pooled(int samples, Map<Double, Double> percentiles) {
        static final Pooled NONE = new Pooled(0, Map.of());

        static Pooled of(List<Samples> windows) {
            Samples all = Samples.pooled(windows);
            Map<Double, Double> values = new LinkedHashMap<>();
            PERCENTS.forEach(p -> values.put(p, all.percentile(p)));
            return new Pooled(all.count(), values);
        }
    }

    private final List<ForkOutcome> forks;
    private final String nothing;
    private final Requests requests;
    private String unreadable;

    /**
     * For one point.
     *
     * @param forks what became of it in each fork
     * @param nothing the reason to give where no window scored
     */
    MetricAssembly(List<ForkOutcome> forks, String nothing, Requests requests) {
        this.forks = forks;
        this.nothing = nothing;
        this.requests = requests;
    }

    /** All metrics that any window has, the primary first even when none has it. */
    Map<String, MetricResult> results(String primary) {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        MetricNames.byName(primary).ifPresent(m -> metrics.put(m.name(), m));
        for (ForkOutcome fork : forks) {
            fork.windows().forEach(w -> w.metrics().forEach((name, v) -> metrics.putIfAbsent(name, v.metric())));
        }
        List<Map<String, Pooled>> pooled = forks.stream().map(this::pool).toList();
        Map<String, MetricResult> results = new LinkedHashMap<>();
        metrics.values().forEach(m -> results.put(m.name(), result(m, pooled)));
        return results;
    }

    /** A fork's samples by metric; empty when one of its files cannot be read, as a part of them would say something else. */
    private Map<String, Pooled> pool(ForkOutcome fork) {
        Map<String, List<Samples>> parts = new LinkedHashMap<>();
        for (IterationEnded window : fork.scored()) {
            if (window.records() == null) {
                continue;
            }
            try {
                Latencies.of(requests.read(window.records()))
                        .forEach((name, s) -> parts.computeIfAbsent(name, k -> new ArrayList<>())
                                .add(s));
            } catch (IOException e) {
                unreadable = window.records();
                return Map.of();
            }
        }
        Map<String, Pooled> pooled = new LinkedHashMap<>();
        parts.forEach((name, samples) -> pooled.put(name, Pooled.of(samples)));
        return pooled;
    }

    private MetricResult result(Metric metric, List<Map<String, Pooled>> pooled) {
        List<List<Double>> raw = forks.stream().map(f -> raw(f, metric)).toList();
        String absent = whyAbsent(metric);
        Map<String, PercentileResult> percentiles = new LinkedHashMap<>();
        if (Latencies.ALL.contains(metric)) {
            List<Pooled> ofForks = pooled.stream()
                    .map(p -> p.getOrDefault(metric.name(), Pooled.NONE))
                    .toList();
            PERCENTS.forEach(p -> percentiles.put(key(p), percentile(p, ofForks, absent)));
        }
        return new MetricResult(metric, Estimates.overForks(raw, absent), percentiles, raw);
    }

    private static List<Double> raw(ForkOutcome fork, Metric metric) {
        List<Double> numbers = new ArrayList<>();
        if (!fork.scored().isEmpty()) {
            for (IterationEnded window : fork.windows()) {
                MetricValue value = window.metrics().get(metric.name());
                numbers.add(value == null || window.validity().isVoid() ? null : value.score());
            }
        }
        return numbers;
    }

    private PercentileResult percentile(double percent, List<Pooled> forks, String absent) {
        List<Double> raw = new ArrayList<>();
        forks.forEach(f -> raw.add(f.percentiles().get(percent)));
        int fewest = forks.stream()
                .mapToInt(Pooled::samples)
                .filter(n -> n > 0)
                .min()
                .orElse(0);
        String reason = unreadable == null ? absent : "the requests of " + unreadable + " cannot be read";
        return new PercentileResult(Estimates.ofForks(raw, reason), raw, fewest, Percentile.floor(percent));
    }

    private String whyAbsent(Metric metric) {
        return forks.stream()
                .flatMap(f -> f.scored().stream())
                .map(w -> w.metrics().get(metric.name()))
                .filter(Objects::nonNull)
                .map(MetricValue::reason)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(nothing);
    }

    /** {@code 50.0} is {@code "50"}, {@code 99.9} is {@code "99.9"}. */
    private static String key(double percent) {
        return percent == Math.rint(percent) ? Integer.toString((int) percent) : Double.toString(percent);
    }
}
