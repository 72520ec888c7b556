package io.dyno;

import java.util.Objects;

/**
 * One prompt: a text, or token ids, and the output length asked of it.
 *
 * @param text the text, or null when {@code tokenIds} is given
 * @param tokenIds token ids in the model's vocabulary, or null when {@code text} is given; completions only
 * @param outputLen output length in tokens, at least 1, or null for the benchmark's {@code outputLen}
 */
@SuppressWarnings("ArrayRecordComponent") // a prompt of 100,000 ids must not cost 100,000 boxes
public record Prompt(String text, int[] tokenIds, Integer outputLen) {
    public Prompt {
        if ((text == null) == (tokenIds == null)) {
            throw new IllegalArgumentException("a prompt is either a text or token ids");
        }
        if (tokenIds != null && tokenIds.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token id");
        }
        if (outputLen != null && outputLen < 1) {
            throw new IllegalArgumentException("outputLen must be at least 1, got " + outputLen);
        }
    }

    /** A text prompt with the benchmark's output length. */
    public static Prompt of(String text) {
        return new Prompt(Objects.requireNonNull(text, "text"), null, null);
    }

    /** A text prompt that asks for {@code outputLen} tokens. */
    public static Prompt of(String text, int outputLen) {
        return new Prompt(Objects.requireNonNull(text, "text"), null, outputLen);
    }

    /** A prompt of token ids with the benchmark's output length. */
    public static Prompt ofTokens(int... tokenIds) {
        return new Prompt(null, tokenIds.clone(), null);
    }
}
