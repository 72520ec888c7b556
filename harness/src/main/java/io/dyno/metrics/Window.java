package io.dyno.metrics;

/**
 * A stretch of one load in which requests are due.
 *
 * @param kind what it is for
 * @param iteration number within its kind, from 0
 * @param slice the prompts' slice, as in {@link RequestRecord#slice}
 * @param start ns from the load's start, inclusive
 * @param end ns from the load's start, exclusive
 * @param drained whether the engine was empty at both ends, so that rates divide by first send to last end
 */
public record Window(Kind kind, int iteration, String slice, long start, long end, boolean drained) {
    /** What a window is for; the names in the journal are these in lower case. */
    public enum Kind {
        WARMUP,
        MEASUREMENT,
        PROFILED,
        TAIL
    }

    /** Seconds from start to end. */
    public double seconds() {
        return (end - start) / 1e9;
    }

    /** Whether {@code t} lies in it. */
    public boolean contains(long t) {
        return t >= start && t < end;
    }
}
