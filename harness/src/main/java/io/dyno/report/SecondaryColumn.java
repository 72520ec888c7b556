package io.dyno.report;

import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.report.TextGrid.Cell;
import io.dyno.result.PointResult;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.PointResult.PercentileResult;
import java.util.List;
import java.util.Locale;

/**
 * A column beside the score. It is shown when some point has a number for it that is not its score already; the end-to-end latency only
 * beside a score that is one.
 *
 * @param title the column's heading
 * @param metric what it shows
 * @param percent which percentile ({@code "99"}), or null for the mean
 */
record SecondaryColumn(String title, Metric metric, String percent) {
    /** All there are; the last ones go first when the table gets too wide. */
    static final List<SecondaryColumn> ALL = List.of(
            new SecondaryColumn("out tok/s", MetricNames.OUTPUT_THROUGHPUT, null),
            new SecondaryColumn("in SLO", MetricNames.SLO_SHARE, null),
            new SecondaryColumn("J/tok", MetricNames.JOULES_PER_OUTPUT_TOKEN, null),
            new SecondaryColumn("TTFT p50", MetricNames.TTFT, "50"),
            new SecondaryColumn("TTFT p99", MetricNames.TTFT, "99"),
            new SecondaryColumn("TPOT p50", MetricNames.TPOT, "50"),
            new SecondaryColumn("cold s", MetricNames.STARTUP_COLD, null),
            new SecondaryColumn("E2EL p99", MetricNames.E2EL, "99"));

    /** Whether a point has a number here that its score does not show. */
    boolean shows(PointResult p) {
        MetricResult m = p.metrics().get(metric.name());
        boolean isScore = percent == null && metric.name().equals(p.primary());
        boolean beside = !metric.equals(MetricNames.E2EL) || p.primary().startsWith(MetricNames.E2EL.name());
        return m != null && m.estimate().score() != null && !isScore && beside;
    }

    /** Whether the column is in milliseconds, which its heading does not say. */
    boolean latency() {
        return percent != null;
    }

    Cell cell(PointResult p, Figures figures, Footnotes notes) {
        MetricResult m = p.metrics().get(metric.name());
        if (m == null) {
            return Cell.of("");
        }
        if (metric.equals(MetricNames.SLO_SHARE)) {
            return share(p);
        }
        if (percent == null) {
            String marks = metric.equals(MetricNames.JOULES_PER_OUTPUT_TOKEN) ? uncertainty(p, notes) : "";
            return value(figures, m.estimate().score(), m.estimate().reason(), notes, marks);
        }
        PercentileResult q = m.percentiles().get(percent);
        if (q == null) {
            return Cell.of("");
        }
        String few = q.fewSamples() ? notes.mark(fewSamples(q)) : "";
        return value(figures, q.estimate().score(), q.estimate().reason(), notes, few);
    }

    private Cell value(Figures figures, Double score, String reason, Footnotes notes, String marks) {
        return score == null
                ? new Cell("-", notes.mark(metric.name() + ": " + reason))
                : new Cell(figures.of(score), marks);
    }

    /** Energy never stands there without how far to trust it. */
    private static String uncertainty(PointResult p, Footnotes notes) {
        MetricResult u = p.metrics().get(MetricNames.ENERGY_UNCERTAINTY.name());
        return u == null || u.estimate().score() == null
                ? ""
                : notes.mark(String.format(
                        Locale.ROOT,
                        "energy may be off by up to %.0f %% (docs/profilers.md)",
                        Math.ceil(u.estimate().score())));
    }

    private String fewSamples(PercentileResult q) {
        return String.format(
                Locale.ROOT,
                "too few samples to trust: p%s of %s needs %,d a fork; how many there were stands in results.json",
                percent,
                metric.name(),
                q.floor());
    }

    /** The pooled share, as the judgement beside it is made of that one. */
    private static Cell share(PointResult p) {
        if (p.slo() == null || p.slo().share() == null) {
            return Cell.of("-");
        }
        String verdict = p.slo().met() ? "meets" : "misses";
        return Cell.of(String.format(
                Locale.ROOT, "%s%.2f %s", p.simulated() ? "~" : "", p.slo().share(), verdict));
    }
}
