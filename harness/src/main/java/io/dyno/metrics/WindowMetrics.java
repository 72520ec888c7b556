package io.dyno.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From the raw data of a window to its metrics. Latencies, attainment and goodput are over the requests due in the window; the other rates
 * count what happened in it, whatever window the request was due in, and divide by its length. A drained window's rates divide by the time
 * from its first send to its last end. A metric is null with a reason, never 0, where nothing succeeded.
 */
public final class WindowMetrics {
    /** A window in which fewer requests were due is suspect. */
    public static final int FEWEST_REQUESTS = 10;

    private WindowMetrics() {}

    /**
     * What the rates of a window are per, in seconds: its length, or of a drained one the time from its first send to its last end. A rate times
     * this is a count.
     */
    public static double rateSeconds(WindowRecords records) {
        return Rates.seconds(records);
    }

    /** The metrics of a window, its client judged by {@link HealthBudget#DEFAULT}. */
    public static WindowResult of(WindowRecords records, SloLimits slo, Integer gpus) {
        return of(records, slo, gpus, HealthBudget.DEFAULT);
    }

    /**
     * The metrics of a window.
     *
     * @param records all of its raw data
     * @param slo limits, or null
     * @param gpus GPUs of the engine, or null when unknown
     * @param budget when the client itself was too slow
     */
    public static WindowResult of(WindowRecords records, SloLimits slo, Integer gpus, HealthBudget budget) {
        Latencies latencies = Latencies.collect(records.due());
        Map<String, Samples> samples = latencies.samples();
        RequestCounts counts = SloMeter.count(records.due(), slo);

        List<MetricValue> values = new ArrayList<>();
        for (Metric metric : Latencies.ALL) {
            Double mean = samples.get(metric.name()).mean();
            values.add(
                    mean == null
                            ? MetricValue.absent(metric, latencies.whyAbsent(metric))
                            : MetricValue.of(metric, mean));
        }
        values.addAll(Rates.of(records, slo, gpus, counts));

        Map<String, MetricValue> byName = new LinkedHashMap<>();
        values.forEach(v -> byName.put(v.metric().name(), v));
        Validity validity = RecordChecks.judge(records, counts)
                .and(budget.judge(
                        records.health(),
                        records.window().seconds(),
                        records.window().drained()));
        return new WindowResult(records.window(), validity, records.health(), counts, byName, samples);
    }
}
