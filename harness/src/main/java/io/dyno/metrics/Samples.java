package io.dyno.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.DoubleStream;

/**
 * The single values behind a latency: one a request (ttft, tpot, e2el, …), one a chunk (icl) or one a token (itl). They are kept so that
 * percentiles can be taken over pooled values: percentiles of percentiles mean nothing.
 */
public final class Samples {
    /** No value. */
    public static final Samples NONE = new Samples(new double[0]);

    private final double[] values;

    /** Made when the first percentile is asked for. Computing it twice in a race is harmless. */
    private volatile double[] sorted;

    /** Takes the array over without copying it. */
    public Samples(double... values) {
        this.values = values;
    }

    /** All values of all of them. */
    public static Samples pooled(Collection<Samples> parts) {
        return new Samples(
                parts.stream().flatMapToDouble(s -> Arrays.stream(s.values)).toArray());
    }

    /** How many values. */
    public int count() {
        return values.length;
    }

    /** The values in the order in which they were measured. */
    public DoubleStream values() {
        return Arrays.stream(values);
    }

    /** Their mean, or null when there are none. */
    public Double mean() {
        return values.length == 0
                ? null
                : Double.valueOf(Arrays.stream(values).average().getAsDouble());
    }

    /**
     * A percentile by {@link Percentile#ofSorted}, or null when there are no values.
     *
     * @param percent in [0, 100]
     */
    public Double percentile(double percent) {
        if (values.length == 0) {
            return null;
        }
        double[] s = sorted;
        if (s == null) {
            s = values.clone();
            Arrays.sort(s);
            sorted = s;
        }
        return Percentile.ofSorted(s, percent);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Samples s && Arrays.equals(values, s.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return values.length + " samples, mean " + mean();
    }
}
