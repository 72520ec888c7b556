package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Random token ids of exact length, no prompt like another. */
final class RandomPrompts implements PromptSource {
    /** From this length on two prompts are alike less than once in 10^12 prompts. */
    private static final int LONG_ENOUGH = 6;

    private static final int MOST_TRIES = 1000;

    private final long seed;
    private final int inputLen;
    private final int outputLen;
    private final Vocabulary vocabulary;
    private final Salt salt;

    /**
     * @param salt null for prompts that are the same in every run
     */
    RandomPrompts(long seed, int inputLen, int outputLen, Vocabulary vocabulary, Salt salt) {
        this.seed = seed;
        this.inputLen = inputLen;
        this.outputLen = outputLen;
        this.vocabulary = vocabulary;
        this.salt = salt;
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public String datasetHash() {
        return HexFormat.of()
                .formatHex(RandomStream.digest(
                        seed,
                        "random",
                        Integer.toString(inputLen),
                        Integer.toString(vocabulary.first()),
                        Integer.toString(vocabulary.size())));
    }

    private final class Slice implements PromptSlice {
        private final int window;
        private final String name;
        private final RandomStream random;
        private final Set<String> seenShort = new HashSet<>();
        private int index;

        Slice(int window) {
            this.window = window;
            this.name = PromptSource.sliceName(window);
            this.random = RandomStream.of(seed, "prompts", name);
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            int[] ids = draw();
            for (int tries = 1; inputLen < LONG_ENOUGH && !seenShort.add(Arrays.toString(ids)); tries++) {
                if (tries == MOST_TRIES) {
                    throw new DatasetException("The dataset random has no prompt of inputLen " + inputLen
                            + " left that slice " + name + " has not given out: it gave " + index
                            + ". Set a larger inputLen, or fewer requests.");
                }
                ids = draw();
            }
            Prompt prompt = new Prompt(null, ids, outputLen);
            if (salt != null) {
                prompt = salt.applyTo(prompt, name, index);
            }
            return new DrawnPrompt(name, index++, PromptHash.of(prompt), prompt, outputLen);
        }

        private int[] draw() {
            int[] ids = new int[inputLen];
            ids[0] = vocabulary.first() + SliceClass.draw(random, window, vocabulary.size());
            for (int i = 1; i < inputLen; i++) {
                ids[i] = vocabulary.draw(random);
            }
            return ids;
        }
    }
}
