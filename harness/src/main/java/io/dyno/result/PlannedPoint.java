package io.dyno.result;

import io.dyno.Bench;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Point;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A point as the journal's first line knows it: all that results need of the plan, so that they can be rebuilt without it.
 *
 * @param id the point's id
 * @param configuration id of its engine configuration; null when it is skipped
 * @param benchmark the class's name
 * @param bench what is measured
 * @param params what sweeps, and what {@code -p} named
 * @param settings all that was asked for, values as in JSON; made such: {@code "inf"} for what is not limited
 * @param slo limits, or null
 * @param primary name of the primary metric
 * @param forks measured forks
 * @param warmups warm-up windows
 * @param measurements measurement windows of each fork
 * @param drained whether iterations stand apart
 * @param skipped why it will not be run, or null
 */
public record PlannedPoint(
        String id,
        String configuration,
        String benchmark,
        Bench bench,
        Map<String, String> params,
        Map<String, Object> settings,
        SloLimits slo,
        String primary,
        int forks,
        int warmups,
        int measurements,
        boolean drained,
        String skipped) {

    public PlannedPoint {
        params = params == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(params));
        settings = settings == null ? Map.of() : Collections.unmodifiableMap(jsonValues(settings));
    }

    /** A point that will be run. */
    public static PlannedPoint of(EngineConfiguration configuration, Point point) {
        return new PlannedPoint(
                point.id(),
                configuration.id(),
                point.benchmark(),
                point.bench(),
                point.params(),
                point.settings().asMap(),
                point.slo(),
                primary(point).name(),
                configuration.forks(),
                point.warmup() == null ? 0 : point.warmup().count(),
                point.measurement().count(),
                point.drained() || point.bench() != Bench.SERVE,
                null);
    }

    /** A point that will not be run, for a reason. */
    public static PlannedPoint skipped(Point point, String reason) {
        return new PlannedPoint(
                point.id(),
                null,
                point.benchmark(),
                point.bench(),
                point.params(),
                jsonValues(point.settings().asMap()),
                point.slo(),
                primary(point).name(),
                0,
                0,
                0,
                point.drained() || point.bench() != Bench.SERVE,
                reason);
    }

    /**
     * The metric that is the table's score and the gate's subject. With an SLO, goodput; at a fixed rate the latency from the due time, as
     * throughput cannot regress there; otherwise output throughput. Offline benches have their own.
     */
    public static Metric primary(Point point) {
        return switch (point.bench()) {
            case STARTUP -> MetricNames.STARTUP_WARM;
            case LATENCY -> MetricNames.E2EL;
            case THROUGHPUT -> MetricNames.OUTPUT_THROUGHPUT;
            case SERVE ->
                point.slo() != null
                        ? MetricNames.GOODPUT
                        : point.load() instanceof LoadShape.OpenLoop
                                ? MetricNames.E2EL_INTENDED
                                : MetricNames.OUTPUT_THROUGHPUT;
        };
    }

    /** Values as they come back from JSON: it has no infinity, and does not tell an int from a long. */
    private static Map<String, Object> jsonValues(Map<String, Object> settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        settings.forEach((name, value) -> values.put(name, jsonValue(value)));
        return values;
    }

    private static Object jsonValue(Object value) {
        if (value instanceof Integer i) {
            return Long.valueOf(i);
        }
        boolean unlimited =
                (value instanceof Double d && d.isInfinite()) || (value instanceof Long l && l == Long.MAX_VALUE);
        return unlimited ? "inf" : value;
    }
}
