package io.dyno.engine.sim;

/** A histogram as Prometheus has it. */
final class Histogram {
    private final double[] bounds;
    private final long[] counts;
    private double sum;
    private long count;

    /**
     * @param bounds upper bounds of the buckets, increasing, without the infinite one
     */
    Histogram(double... bounds) {
        this.bounds = bounds;
        this.counts = new long[bounds.length];
    }

    void observe(double value) {
        sum += value;
        count++;
        for (int i = 0; i < bounds.length; i++) {
            if (value <= bounds[i]) {
                counts[i]++;
                return;
            }
        }
    }

    double[] bounds() {
        return bounds;
    }

    /** Values up to and including bound {@code i}. */
    long upTo(int i) {
        long sumOfCounts = 0;
        for (int k = 0; k <= i; k++) {
            sumOfCounts += counts[k];
        }
        return sumOfCounts;
    }

    double sum() {
        return sum;
    }

    long count() {
        return count;
    }
}
