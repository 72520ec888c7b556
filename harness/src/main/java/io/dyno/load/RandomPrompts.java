package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import io.dyno.plan.Spread;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Random token ids of exact length, no prompt like another. */
final class RandomPrompts implements PromptSource {
    /** From this length on two prompts are alike less than once in 10^12 prompts. */
    static final int LONG_ENOUGH = 6;

    static final int MOST_TRIES = 1000;

    private final long seed;
    private final TokenLengths.Mean input;
    private final TokenLengths.Mean output;
    private final Vocabulary vocabulary;
    private final Salt salt;

    /**
     * @param salt null for prompts that are the same in every run
     */
    RandomPrompts(long seed, TokenLengths.Mean input, TokenLengths.Mean output, Vocabulary vocabulary, Salt salt) {
        this.seed = seed;
        this.input = input;
        this.output = output;
        this.vocabulary = vocabulary;
        this.salt = salt;
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public String datasetHash() {
        boolean plain = output.spread().equals(new Spread.Fixed());
        return HexFormat.of()
                .formatHex(RandomStream.digest(
                        seed,
                        plain ? "random" : "random, output " + output.text(),
                        input.text(),
                        Integer.toString(vocabulary.first()),
                        Integer.toString(vocabulary.size())));
    }

    private final class Slice implements PromptSlice {
        private final int window;
        private final String name;
        private final RandomStream random;
        private final TokenLengths lengths;
        private final Set<String> seenShort = new HashSet<>();
        private int index;

        Slice(int window) {
            this.window = window;
            this.name = PromptSource.sliceName(window);
            this.random = RandomStream.of(seed, "prompts", name);
            this.lengths = new TokenLengths(seed, name, input, output);
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            TokenLengths.Pair length = lengths.next();
            int[] ids = draw(length.input());
            for (int tries = 1; ids.length < LONG_ENOUGH && !seenShort.add(Arrays.toString(ids)); tries++) {
                if (tries == MOST_TRIES) {
                    throw new DatasetException("The dataset random has no prompt of inputLen " + ids.length
                            + " left that slice " + name + " has not given out: it gave " + index
                            + ". Set a larger inputLen, or fewer requests.");
                }
                ids = draw(length.input());
            }
            Prompt prompt = new Prompt(null, ids, length.output());
            if (salt != null) {
                prompt = salt.applyTo(prompt, name, index);
            }
            return new DrawnPrompt(name, index++, PromptHash.of(prompt), prompt, length.output());
        }

        private int[] draw(int length) {
            int[] ids = new int[length];
            ids[0] = vocabulary.first() + SliceClass.draw(random, window, vocabulary.size());
            for (int i = 1; i < length; i++) {
                ids[i] = vocabulary.draw(random);
            }
            return ids;
        }
    }
}
