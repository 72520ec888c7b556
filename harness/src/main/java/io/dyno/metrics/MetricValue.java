package io.dyno.metrics;

/**
 * One number of one window.
 *
 * @param metric what it measures
 * @param score the number, finite, or null when there is none
 * @param reason why there is none; null when there is one
 */
public record MetricValue(Metric metric, Double score, String reason) {
    public MetricValue {
        if ((score == null) != (reason != null)) {
            throw new IllegalArgumentException(
                    metric.name() + ": either a number or a reason, not " + score + ", " + reason);
        }
        if (score != null && !Double.isFinite(score)) {
            throw new IllegalArgumentException(metric.name() + " is " + score);
        }
    }

    /** A number. */
    public static MetricValue of(Metric metric, double score) {
        return new MetricValue(metric, score, null);
    }

    /** No number. */
    public static MetricValue absent(Metric metric, String reason) {
        return new MetricValue(metric, null, reason);
    }
}
