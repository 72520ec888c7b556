package io.dyno;

/**
 * What a {@link Prompts} method is asked for.
 *
 * @param count at least this many prompts; more are not used
 * @param window which slice: 0, 1, … for measurement windows, -1 for the warm-up, -2 for the tail. Slices must not share prompts
 * @param seed seed of this slice, derived from the benchmark's seed: the same in every fork and run
 */
public record PromptRequest(int count, int window, long seed) {
    /** The window of the warm-up. */
    public static final int WARMUP = -1;

    /** The window of the tail: load that goes on until the last scored request has ended. */
    public static final int TAIL = -2;
}
