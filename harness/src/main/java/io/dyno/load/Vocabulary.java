package io.dyno.load;

import io.dyno.plan.RandomStream;

/**
 * Token ids that random prompts may have: special and byte tokens lie at the ends of most vocabularies, so both ends are left out.
 *
 * @param first smallest id
 * @param size how many ids
 */
record Vocabulary(int first, int size) {
    /** Ids below this are in every vocabulary that vLLM serves in earnest: that of Llama 2, the smallest in wide use. */
    private static final int SMALLEST_IN_USE = 32_000;

    private static final int MARGIN = 1000;

    /**
     * The ids of a model.
     *
     * @param vocabSize the model's vocabulary, or null when unknown
     */
    static Vocabulary of(Integer vocabSize) {
        int all = vocabSize == null ? SMALLEST_IN_USE : vocabSize;
        int margin = Math.min(MARGIN, all / 4);
        return new Vocabulary(margin, all - 2 * margin);
    }

    int draw(RandomStream random) {
        return first + random.nextInt(size);
    }
}
