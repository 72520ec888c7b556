package io.dyno.profilers.nvml;

/**
 * Mean power of GPUs between two moments by their energy counters, or why it is not known.
 *
 * @param watts of all together, or null
 * @param lateSeconds how far at most the readings were from the two moments, both added up
 * @param absent the reason when {@code watts} is null, else null
 */
record CounterPower(Double watts, double lateSeconds, String absent) {
    static CounterPower absent(String why) {
        return new CounterPower(null, 0, why);
    }
}
