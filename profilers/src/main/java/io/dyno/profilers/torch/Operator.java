package io.dyno.profilers.torch;

/**
 * What one operator or kernel cost in one trace.
 *
 * @param side where it ran
 * @param name as the trace has it
 * @param calls how often
 * @param totalMicros from begin to end, those that it called included
 * @param selfMicros without what other operators took that it called; on a GPU the same as the total
 */
record Operator(Side side, String name, long calls, double totalMicros, double selfMicros) {
    /** Where operators run. */
    enum Side {
        CPU,
        GPU
    }
}
