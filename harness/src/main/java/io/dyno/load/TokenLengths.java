package io.dyno.load;

import io.dyno.plan.RandomStream;
import io.dyno.plan.Spread;

/**
 * The prompt and output lengths of one slice, in order. They come from a stream of their own, so that tokens are the same whatever the lengths.
 */
final class TokenLengths {
    private final RandomStream random;
    private final Mean input;
    private final Mean output;

    /**
     * A length and its spread.
     *
     * @param tokens at least 1
     */
    record Mean(int tokens, Spread spread) {
        private int draw(RandomStream random) {
            return spread.draw(random, tokens);
        }

        /** What decides the lengths, for a hash. */
        String text() {
            return spread.equals(new Spread.Fixed()) ? Integer.toString(tokens) : tokens + " " + spread.text();
        }
    }

    TokenLengths(long seed, String slice, Mean input, Mean output) {
        this.random = RandomStream.of(seed, "lengths", slice);
        this.input = input;
        this.output = output;
    }

    /** Lengths of one prompt and its answer, tokens. */
    record Pair(int input, int output) {}

    Pair next() {
        int prompt = input.draw(random);
        return new Pair(prompt, output.draw(random));
    }
}
