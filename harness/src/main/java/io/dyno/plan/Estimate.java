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

    /** What a profiler does to a configuration besides: an engine of its own where it has one, and each point's load anew, s. */
    static double profiledSeconds(EngineConfiguration configuration, Profiling profiler, double startSeconds) {
        if (configuration.kind() == EngineConfiguration.Kind.STARTUP) {
            return 0;
        }
        double points = configuration.points().stream()
                .mapToDouble(point -> seconds(point, point.warmup())
                        + profiler.iterations() * (oneWindow(point, point.measurement()) + tail(point)))
                .sum();
        return points + (profiler.ownFork() ? startSeconds : 0);
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
        return seconds(point, point.warmup()) + seconds(point, point.measurement()) + tail(point);
    }

    /** Until the last request of a load that is not drained has ended. */
    private static double tail(Point point) {
        return point.drained() ? 0 : requestSeconds(point.workload());
    }

    private static double seconds(Point point, Windows windows) {
        return windows.count() * oneWindow(point, windows);
    }

    private static double oneWindow(Point point, Windows windows) {
        return windows.timeNanos() != null ? windows.timeNanos() / 1e9 : seconds(point, windows.requests());
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
