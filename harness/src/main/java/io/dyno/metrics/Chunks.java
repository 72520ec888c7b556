package io.dyno.metrics;

import java.util.Arrays;

/**
 * The chunks of one answer, in order of arrival: those that brought at least one generated token. Role-only, empty and usage-only events
 * are not chunks. Arrays, because a run keeps millions of them.
 */
public final class Chunks {
    /** No chunk. */
    public static final Chunks NONE = new Chunks(new long[0], new int[0], new byte[0]);

    private final long[] at;
    private final int[] tokens;
    private final byte[] channels;

    /**
     * Takes the arrays over without copying them.
     *
     * @param at arrival, ns from the load's start, not decreasing
     * @param tokens tokens in each chunk, at least 1; 0 where not known
     * @param channels {@link Channel} ordinals
     */
    public Chunks(long[] at, int[] tokens, byte[] channels) {
        if (at.length != tokens.length || at.length != channels.length) {
            throw new IllegalArgumentException("arrays of different lengths");
        }
        this.at = at;
        this.tokens = tokens;
        this.channels = channels;
    }

    /** How many chunks. */
    public int size() {
        return at.length;
    }

    /** When chunk {@code i} arrived, ns from the load's start. */
    public long at(int i) {
        return at[i];
    }

    /** Tokens in chunk {@code i}; 0 where not known. */
    public int tokens(int i) {
        return tokens[i];
    }

    /** The channel of chunk {@code i}. */
    public Channel channel(int i) {
        return CHANNELS[channels[i]];
    }

    /** Tokens in all chunks. */
    public long totalTokens() {
        long sum = 0;
        for (int n : tokens) {
            sum += n;
        }
        return sum;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Chunks c
                && Arrays.equals(at, c.at)
                && Arrays.equals(tokens, c.tokens)
                && Arrays.equals(channels, c.channels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(at) * 31 + Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return size() + " chunks, " + totalTokens() + " tokens";
    }

    private static final Channel[] CHANNELS = Channel.values();
}
