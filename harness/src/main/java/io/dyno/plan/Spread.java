package io.dyno.plan;

import java.util.Map;

/** How lengths lie around the length that is asked for. */
public sealed interface Spread {
    /**
     * A length.
     *
     * @param length the length asked for, tokens, at least 1
     * @return tokens, at least 1
     */
    int draw(RandomStream random, int length);

    /** The longest that can be drawn, tokens; of a normal distribution, which has none, the length asked for. */
    default int longest(int length) {
        return length;
    }

    /** What it is, as {@code range 0.5}; for a hash. */
    String text();

    /** What is asked for. */
    record Fixed() implements Spread {
        @Override
        public int draw(RandomStream random, int length) {
            return length;
        }

        @Override
        public String text() {
            return "fixed";
        }
    }

    /**
     * Whole numbers from ⌊length·(1 − ratio)⌋ to ⌈length·(1 + ratio)⌉, all equally likely, as vLLM's random dataset draws them.
     *
     * @param ratio in [0, 1)
     */
    record Range(double ratio) implements Spread {
        @Override
        public int draw(RandomStream random, int length) {
            int shortest = Math.max(1, (int) Math.floor(length * (1 - ratio)));
            return shortest + random.nextInt(longest(length) - shortest + 1);
        }

        @Override
        public int longest(int length) {
            return (int) Math.ceil(length * (1 + ratio));
        }

        @Override
        public String text() {
            return "range " + Values.text(ratio);
        }
    }

    /**
     * Normally distributed, rounded up and at least 1, as trtllm-bench's datasets are.
     *
     * @param stdevTokens standard deviation, tokens, at least 0
     */
    record Normal(double stdevTokens) implements Spread {
        @Override
        public int draw(RandomStream random, int length) {
            return (int) Math.max(1, Math.ceil(length + stdevTokens * random.nextGaussian()));
        }

        @Override
        public String text() {
            return "normal " + Values.text(stdevTokens);
        }
    }

    /**
     * The spread of a length.
     *
     * @param values settings by name
     * @param length {@code inputLen} or {@code outputLen}
     */
    static Spread of(Map<String, Object> values, String length) {
        if (values.get(length + "Range") instanceof Double ratio && ratio > 0) {
            return new Range(ratio);
        }
        if (values.get(length + "Stdev") instanceof Double stdev && stdev > 0) {
            return new Normal(stdev);
        }
        return new Fixed();
    }
}
