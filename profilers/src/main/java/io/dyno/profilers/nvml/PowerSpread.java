package io.dyno.profilers.nvml;

import java.util.List;

/**
 * Power that was sampled, in short.
 *
 * @param mean watts
 * @param highest watts
 * @param deviation standard deviation, watts
 */
record PowerSpread(double mean, double highest, double deviation) {
    /** Of samples; without any, of a power that is known otherwise. */
    static PowerSpread of(List<Double> watts, double otherwise) {
        double mean = watts.stream().mapToDouble(Double::doubleValue).average().orElse(otherwise);
        double highest = watts.stream().mapToDouble(Double::doubleValue).max().orElse(otherwise);
        double variance = watts.stream()
                .mapToDouble(w -> (w - mean) * (w - mean))
                .average()
                .orElse(0);
        return new PowerSpread(mean, highest, Math.sqrt(variance));
    }
}
