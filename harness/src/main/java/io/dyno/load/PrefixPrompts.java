package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Random token ids behind a few prefixes that prompts share, as vLLM's {@code prefix_repetition}. Prompts come in rounds; each round has every
 * prefix once, in random order, so that any number of prompts is dealt evenly and none is left over. Each slice has prefixes of its own: a
 * window meets each of them for the first time once, whatever was measured before it. Salt goes to the prefixes, which stay shared.
 */
final class PrefixPrompts implements PromptSource {
    private final long seed;
    private final int prefixLen;
    private final int suffixLen;
    private final int numPrefixes;
    private final TokenLengths.Mean output;
    private final Vocabulary vocabulary;
    private final Salt salt;

    /**
     * @param salt null for prompts that are the same in every run
     */
    PrefixPrompts(
            long seed,
            int prefixLen,
            int suffixLen,
            int numPrefixes,
            TokenLengths.Mean output,
            Vocabulary vocabulary,
            Salt salt) {
        this.seed = seed;
        this.prefixLen = prefixLen;
        this.suffixLen = suffixLen;
        this.numPrefixes = numPrefixes;
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
        return HexFormat.of()
                .formatHex(RandomStream.digest(
                        seed,
                        "prefix_repetition",
                        Integer.toString(prefixLen),
                        Integer.toString(suffixLen),
                        Integer.toString(numPrefixes),
                        output.text(),
                        Integer.toString(vocabulary.first()),
                        Integer.toString(vocabulary.size())));
    }

    private final class Slice implements PromptSlice {
        private final int window;
        private final String name;
        private final RandomStream random;
        private final RandomStream order;
        private final RandomStream lengths;
        private final int[] round = new int[numPrefixes];
        private final Set<String> seenShort = new HashSet<>();
        private int[][] prefixes;
        private int index;

        Slice(int window) {
            this.window = window;
            this.name = PromptSource.sliceName(window);
            this.random = RandomStream.of(seed, "suffixes", name);
            this.order = RandomStream.of(seed, "order of prefixes", name);
            this.lengths = RandomStream.of(seed, "lengths", name);
            Arrays.setAll(round, i -> i);
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            if (prefixes == null) {
                prefixes = prefixes();
            }
            if (index % numPrefixes == 0) {
                order.shuffle(round);
            }
            int which = round[index % numPrefixes];
            int[] ids = behind(prefixes[which]);
            for (int tries = 1; suffixLen < RandomPrompts.LONG_ENOUGH && !seenShort.add(key(which, ids)); tries++) {
                if (tries == RandomPrompts.MOST_TRIES) {
                    throw ranOut("suffixLen " + suffixLen, "it gave " + index + " prompts", "suffixLen");
                }
                ids = behind(prefixes[which]);
            }
            int outputLen = output.spread().draw(lengths, output.tokens());
            Prompt prompt = new Prompt(null, ids, outputLen);
            return new DrawnPrompt(name, index++, PromptHash.of(prompt), prompt, outputLen);
        }

        private int[][] prefixes() throws DatasetException {
            RandomStream stream = RandomStream.of(seed, "prefixes", name);
            int[][] made = new int[numPrefixes][];
            Set<String> seen = new HashSet<>();
            for (int i = 0, tries = 0; i < numPrefixes; tries++) {
                int[] prefix = new int[prefixLen];
                prefix[0] = vocabulary.first() + SliceClass.draw(stream, window, vocabulary.size());
                for (int j = 1; j < prefixLen; j++) {
                    prefix[j] = vocabulary.draw(stream);
                }
                Prompt salted = new Prompt(null, prefix, null);
                salted = salt == null ? salted : salt.applyTo(salted, name + " prefix", i);
                if (seen.add(Arrays.toString(salted.tokenIds()))) {
                    made[i++] = salted.tokenIds();
                } else if (tries >= RandomPrompts.MOST_TRIES + numPrefixes) {
                    throw ranOut("prefixLen " + prefixLen, "it has " + i + " prefixes", "prefixLen");
                }
            }
            return made;
        }

        private int[] behind(int[] prefix) {
            int[] ids = Arrays.copyOf(prefix, prefixLen + suffixLen);
            for (int i = prefixLen; i < ids.length; i++) {
                ids[i] = vocabulary.draw(random);
            }
            return ids;
        }

        private String key(int prefix, int[] ids) {
            return prefix + Arrays.toString(Arrays.copyOfRange(ids, prefixLen, ids.length));
        }

        private DatasetException ranOut(String what, String gave, String setting) {
            return new DatasetException("The dataset prefix_repetition has nothing of " + what + " left that slice "
                    + name + " does not have: " + gave + ". Set a larger " + setting + ".");
        }
    }
}
