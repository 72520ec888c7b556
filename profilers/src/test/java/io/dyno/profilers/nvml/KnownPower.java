package io.dyno.profilers.nvml;

/** The fake's power as a function of time, integrated. */
final class KnownPower {
    private KnownPower() {}

    /**
     * Energy from time 0 on, joules.
     *
     * @param nanos of {@link System#nanoTime}, which on Linux is the clock that the fake goes by
     */
    static double joules(long nanos, double watts, double swingWatts, double periodSeconds) {
        double t = nanos / 1e9;
        double omega = 2 * Math.PI / periodSeconds;
        return watts * t + swingWatts / omega * (1 - Math.cos(omega * t));
    }
}
