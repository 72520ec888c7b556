package io.dyno.metrics;

/**
 * A metric: its name in files, its unit and which way is better.
 *
 * @param name vLLM's name where it has one
 * @param unit never empty
 */
public record Metric(String name, String unit, Direction direction) {
    /** Unit of a ratio. */
    public static final String SHARE = "share";
}
