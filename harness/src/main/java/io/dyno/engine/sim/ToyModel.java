package io.dyno.engine.sim;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** What the simulated model answers: tokens drawn by a hash, the same for the same prompt and seed, and meaning nothing. */
final class ToyModel {
    /** Median length of an answer that ends by itself, tokens, and the spread of its logarithm. Made up, see docs/simulator.md. */
    private static final double MEDIAN_ANSWER_TOKENS = 180;

    private static final double ANSWER_LOG_SPREAD = 0.6;

    private final int vocab;
    private final Set<Integer> eos;
    private final int firstEos;

    ToyModel(ModelShape shape) {
        this.vocab = Math.max(shape.vocab(), ToyTokenizer.FIRST_WORD + 2);
        this.eos = new HashSet<>(shape.eosTokenIds());
        this.firstEos = shape.eosTokenIds().get(0);
    }

    /** The token at a position of the answer: never an end-of-sequence token, never a lone byte. */
    int token(long contentSeed, int position) {
        long bits = mix(contentSeed + 0x9E3779B97F4A7C15L * (position + 1));
        int span = vocab - ToyTokenizer.FIRST_WORD;
        int id = ToyTokenizer.FIRST_WORD + (int) Math.floorMod(bits, (long) span);
        while (eos.contains(id)) {
            id = id + 1 < vocab ? id + 1 : ToyTokenizer.FIRST_WORD;
        }
        return id;
    }

    int eosToken() {
        return firstEos;
    }

    /** How many tokens the answer has when it ends by itself, the end-of-sequence token included. */
    static int answerLength(long contentSeed, int minTokens) {
        SplittableRandom random = new SplittableRandom(mix(contentSeed ^ 0x5DEECE66DL));
        double length = MEDIAN_ANSWER_TOKENS * Math.exp(ANSWER_LOG_SPREAD * random.nextGaussian());
        return (int) Math.max(minTokens + 1L, Math.round(length));
    }

    /** What an answer depends on: the machine's seed, the prompt, and the sampling seed (0 for greedy). */
    static long contentSeed(long machineSeed, int[] prompt, long samplingSeed) {
        long h = mix(machineSeed);
        for (int id : prompt) {
            h = mix(h ^ id);
        }
        return mix(h ^ samplingSeed);
    }

    static long hash(String text) {
        long h = text.length();
        for (int i = 0; i < text.length(); i++) {
            h = mix(h ^ text.charAt(i));
        }
        return h;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(long z) {
        long x = z + 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
