package io.dyno.plan;

import io.dyno.Bench;

/**
 * Expected times. Windows by time are exact; what ends when requests have ended is estimated from the output length at {@link
 * Defaults#TPOT_MILLIS}, which is meant to give the order of magnitude and no more.
 */
final class Estimate {
    private Estimate() {}

    /** A configuration with all its forks, s. */
    static double seconds(EngineConfiguration configuration, double startSeconds) {
        int forks = configuration.forks() + configuration.warmupForks();
        double points = configuration.points().stream()
                .mapToDouble(point -> seconds(point, startSeconds))
                .sum();
        boolean keepsEngine = configuration.kind() != EngineConfiguration.Kind.STARTUP;
        return forks * (points + (keepsEngine ? startSeconds : 0));
    }

    /** The end-to-end latency of one request, s. */
    static double requestSeconds(Workload workload) {
        long tokens = workload.outputLen() == null ? Defaults.OUTPUT_LEN : workload.outputLen();
        return tokens * Defaults.TPOT_MILLIS / 1000;
    }

    private static double seconds(Point point, double startSeconds) {
        if (point.bench() == Bench.STARTUP) {
            return point.measurement().count() * 2 * startSeconds;
        }
        double tail = point.drained() ? 0 : requestSeconds(point.workload());
        return seconds(point, point.warmup()) + seconds(point, point.measurement()) + tail;
    }

    private static double seconds(Point point, Windows windows) {
        double one = windows.timeNanos() != null ? windows.timeNanos() / 1e9 : seconds(point, windows.requests());
        return windows.count() * one;
    }

    private static double seconds(Point point, int requests) {
        double request = requestSeconds(point.workload());
        double drain = point.drained() ? request : 0;
        if (point.load() instanceof LoadShape.OpenLoop open) {
            return requests / open.requestRate() + drain;
        }
        if (point.load() instanceof LoadShape.ClosedLoop closed) {
            return Math.max(1, (double) requests / closed.maxConcurrency()) * request;
        }
        return request;
    }
}
