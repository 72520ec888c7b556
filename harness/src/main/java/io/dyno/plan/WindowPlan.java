package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.plan.BenchmarkDescriptor.Iterations;

/**
 * How many windows a point has, and how each ends.
 *
 * @param warmup the warm-up
 * @param measurement the measurement
 * @param timeUnused whether a time was written that this kind of iteration ignores
 */
record WindowPlan(Windows warmup, Windows measurement, boolean timeUnused) {

    /** Whether a window ends by count. */
    boolean byCount() {
        return (warmup.requests() != null && warmup.count() > 0) || measurement.requests() != null;
    }

    /**
     * The windows of a point.
     *
     * @param isolated whether iterations are runs of their own, which end when their requests have ended
     * @param requests requests of a run or of a window by count: what was written, else null
     * @param requestsNamed whether {@code -p} gave them
     */
    static WindowPlan of(
            BenchmarkDescriptor written,
            Bench bench,
            boolean isolated,
            Long requests,
            boolean requestsNamed,
            PlanRequest request) {
        int warmups = first(request.warmupIterations(), count(written.warmup()), Defaults.WARMUP_ITERATIONS);
        int iterations = first(request.iterations(), count(written.measurement()), Defaults.MEASUREMENT_ITERATIONS);
        boolean timed = request.timeNanos() != null
                || request.warmupTimeNanos() != null
                || time(written.warmup()) != null
                || time(written.measurement()) != null;
        if (bench == Bench.STARTUP) {
            return new WindowPlan(new Windows(0, null, null), new Windows(iterations, null, null), timed);
        }
        if (isolated) {
            int run = Math.toIntExact(requests == null ? Defaults.NUM_PROMPTS : requests);
            return new WindowPlan(new Windows(warmups, null, run), new Windows(iterations, null, run), timed);
        }
        boolean countWins = requestsNamed && request.timeNanos() == null;
        return new WindowPlan(
                window(warmups, request.warmupTimeNanos(), time(written.warmup()), requests, countWins),
                window(iterations, request.timeNanos(), time(written.measurement()), requests, countWins),
                false);
    }

    private static Windows window(int count, Long option, Long annotation, Long requests, boolean countWins) {
        if (option != null) {
            return new Windows(count, option, null);
        }
        if (requests != null && (countWins || annotation == null)) {
            return new Windows(count, null, Math.toIntExact(requests));
        }
        return new Windows(count, annotation == null ? Defaults.WINDOW_NANOS : annotation, null);
    }

    private static int first(Integer option, Integer annotation, int otherwise) {
        if (option != null) {
            return option;
        }
        return annotation == null ? otherwise : annotation;
    }

    private static Integer count(Iterations iterations) {
        return iterations == null ? null : iterations.iterations();
    }

    private static Long time(Iterations iterations) {
        return iterations == null ? null : iterations.timeNanos();
    }
}
