package io.dyno.stats;

/**
 * A value with what is known of its error. Whatever is null has its reason.
 *
 * @param score the value, or null
 * @param error half the width of the confidence interval, or null
 * @param level the interval's confidence, such as 0.95
 * @param lo lower end of the interval, or null
 * @param hi upper end of the interval, or null
 * @param forks forks that contributed
 * @param reason why something is null; null when nothing is
 */
public record Estimate(Double score, Double error, double level, Double lo, Double hi, int forks, String reason) {
    /** Neither value nor error. */
    public static Estimate absent(double level, String reason) {
        return new Estimate(null, null, level, null, null, 0, reason);
    }
}
