package io.dyno.metrics;

/** Percentiles by linear interpolation between order statistics: numpy's default method, {@code "linear"}. */
public final class Percentile {
    private Percentile() {}

    /**
     * The percentile of sorted values.
     *
     * @param sorted ascending, at least one
     * @param percent in [0, 100]
     * @return the value at index percent/100·(n−1), interpolated between its neighbours
     */
    public static double ofSorted(double[] sorted, double percent) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a percentile of no values");
        }
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percentile " + percent + " is not in [0, 100]");
        }
        double index = percent / 100 * (sorted.length - 1);
        int below = (int) Math.floor(index);
        double low = sorted[below];
        double high = sorted[Math.min(below + 1, sorted.length - 1)];
        double t = index - below;
        // From the nearer end, as numpy does: both ends are then exact, and the result never leaves [low, high].
        return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
    }

    /**
     * How many samples a percentile needs before it can be told from the largest values with confidence: the smallest n for which at most
     * one of n samples lies above the true percentile with a probability of 1 % or less. 11 for the median, 64 for 90, 130 for 95, 662 for
     * 99, 6,636 for 99.9. This is the floor of MLPerf's early stopping at 99 % confidence.
     *
     * @param percent in (0, 100)
     */
    public static int floor(double percent) {
        double above = 1 - percent / 100;
        if (!(above > 0 && above < 1)) {
            throw new IllegalArgumentException("percentile " + percent + " is not in (0, 100)");
        }
        int n = 2;
        // P(X ≤ 1) of a binomial X with n trials falls with n.
        while (Math.pow(1 - above, n) + n * above * Math.pow(1 - above, n - 1) > 0.01) {
            n++;
        }
        return n;
    }
}
