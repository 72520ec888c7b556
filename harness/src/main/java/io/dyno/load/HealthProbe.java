package io.dyno.load;

/** The client's own state, read at the edges of windows, on the timeline. */
public interface HealthProbe {
    /** A client that costs nothing: virtual time. */
    HealthProbe NONE = new HealthProbe() {
        @Override
        public double gcPauseMillis() {
            return 0;
        }

        @Override
        public double takeMaxStallMillis() {
            return 0;
        }

        @Override
        public double takeLateMillis() {
            return 0;
        }
    };

    /** Garbage-collection pauses of this JVM since its start, ms in all. */
    double gcPauseMillis();

    /** Longest time in which the event loop did not turn since the last call, ms. */
    double takeMaxStallMillis();

    /** How long in all the event loop was due to turn and did not since the last call, ms. */
    double takeLateMillis();
}
