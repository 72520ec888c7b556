package io.dyno.plan;

/** When requests are due. */
public sealed interface LoadShape {
    /**
     * A request is due when its slot falls free.
     *
     * @param maxConcurrency slots, at least 1
     */
    record ClosedLoop(int maxConcurrency) implements LoadShape {}

    /**
     * A request is due when the schedule says so.
     *
     * @param requestRate requests per second, finite, greater than 0
     * @param burstiness gamma shape of the gaps: 1 is Poisson, infinite is constant
     * @param maxConcurrency most requests in flight, or null; waiting for a slot counts as latency
     */
    record OpenLoop(double requestRate, double burstiness, Integer maxConcurrency) implements LoadShape {}

    /** All requests are due at once. */
    record Batch() implements LoadShape {}
}
