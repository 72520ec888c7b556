package io.dyno.profilers.nvml;

import java.util.List;

/**
 * Power of GPUs on which nothing runs.
 *
 * @param watts of all together
 * @param boundWatts how far that may be from the truth: it was measured as energy is, and for a short time
 */
record IdlePower(double watts, double boundWatts) {
    /** From samples, the counter before the sensor; null where there is neither. */
    static IdlePower of(WindowSamples samples) {
        if (samples.size() < 2) {
            return null;
        }
        CounterPower counted = samples.counterPower(samples.begin(), samples.end());
        List<Double> sampled = samples.sampledWatts();
        if (counted.watts() == null && sampled.isEmpty()) {
            return null;
        }
        double watts = counted.watts() != null
                ? counted.watts()
                : PowerSpread.of(sampled, 0).mean();
        double seconds = (samples.end() - samples.begin()) / 1e9;
        double percent = watts > 0
                ? EnergyUncertainty.percent(
                        seconds, watts * seconds, counted.lateSeconds(), PowerSpread.of(sampled, watts))
                : 0;
        return new IdlePower(watts, watts * percent / 100);
    }
}
