package io.dyno.engine.sim;

import java.util.Arrays;

/** One step of the engine: which sequences it computes how many tokens of. Reused from step to step. */
final class Step {
    private Sequence[] sequences = new Sequence[64];
    private int[] tokens = new int[64];
    private int size;
    private int totalTokens;
    private int sampled;
    private double contextTokens;
    private double attentionPairs;

    /** When its tokens are there, ns on the engine's clock. */
    long end;

    void clear() {
        Arrays.fill(sequences, 0, size, null);
        size = 0;
        totalTokens = 0;
        sampled = 0;
        contextTokens = 0;
        attentionPairs = 0;
    }

    /** Adds a sequence; call it before the tokens count as computed. */
    void add(Sequence sequence, int newTokens) {
        if (size == sequences.length) {
            sequences = Arrays.copyOf(sequences, 2 * size);
            tokens = Arrays.copyOf(tokens, 2 * size);
        }
        sequences[size] = sequence;
        tokens[size++] = newTokens;
        totalTokens += newTokens;
        sampled += sequence.numComputed + newTokens == sequence.numTokens ? 1 : 0;
        contextTokens += sequence.numComputed;
        attentionPairs += newTokens * (sequence.numComputed + (newTokens + 1) / 2.0);
    }

    int size() {
        return size;
    }

    Sequence sequence(int i) {
        return sequences[i];
    }

    int tokens(int i) {
        return tokens[i];
    }

    int totalTokens() {
        return totalTokens;
    }

    CostModel.Load load() {
        return new CostModel.Load(totalTokens, sampled, size, contextTokens, attentionPairs);
    }
}
