package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import io.dyno.plan.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Texts of a length in tokens: random words for chat, where a prompt must be text, or lines of a file. The engine itself counts, chat template
 * included where there is one. When it has found prompts exact at the first try again and again, one word is one token there, and it is asked
 * no more: a server under load should not have to tokenize for its client.
 */
final class FittedPrompts implements PromptSource {
    /** After so many prompts in a row that were exact at the first try the server is trusted. */
    static final int TRUST_AFTER = 32;

    private static final int MOST_TRIES = 6;

    private final long seed;
    private final TextSource text;
    private final TokenLengths.Mean input;
    private final TokenLengths.Mean output;
    private final int sharedLen;
    private final ChatTokenizer tokenizer;
    private final Salt salt;

    private Integer overhead;
    private List<String> shared;
    private int exactInARow;
    private long fitted;
    private int worstMisfit;

    /**
     * @param sharedLen tokens that all prompts begin with, 0 for none
     * @param tokenizer counts prompts as the endpoint will take them
     * @param salt null for none; goes before what is shared, and then is the same for all prompts
     */
    FittedPrompts(
            long seed,
            TextSource text,
            TokenLengths.Mean input,
            TokenLengths.Mean output,
            int sharedLen,
            ChatTokenizer tokenizer,
            Salt salt) {
        this.seed = seed;
        this.text = text;
        this.input = input;
        this.output = output;
        this.sharedLen = sharedLen;
        this.tokenizer = tokenizer;
        this.salt = salt;
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public String datasetHash() {
        List<String> words = new ArrayList<>(List.of(text.identity(), input.text()));
        if (sharedLen > 0) {
            words.add("shared " + sharedLen);
        }
        if (!output.spread().equals(new Spread.Fixed())) {
            words.add("output " + output.text());
        }
        return HexFormat.of().formatHex(RandomStream.digest(seed, words.toArray(String[]::new)));
    }

    @Override
    public synchronized Report report() {
        return new Report(0, fitted, worstMisfit);
    }

    /** The text at a place; one at a time, because each is fitted with what the ones before have taught. */
    private synchronized Prompt fit(int window, int index, TokenLengths.Pair length) throws DatasetException {
        try {
            String name = PromptSource.sliceName(window);
            RandomStream random = RandomStream.of(seed, "prompts", "words", name, Integer.toString(index));
            begin();
            List<String> words = new ArrayList<>(shared);
            Iterator<String> own = text.own(random, window);
            words.add(own.next());
            // what is shared has its tokens counted; each word of the prompt's own is taken for one
            resize(words, shared.size() + length.input() - overhead - (shared.isEmpty() ? 0 : sharedLen), own);
            Prompt prompt = prompt(words, name, index, length.output());
            return exactInARow >= TRUST_AFTER ? prompt : fit(words, prompt, own, name, index, length);
        } catch (IOException e) {
            throw new DatasetException(
                    "Prompts of the dataset " + text.dataset() + " are fitted to inputLen "
                            + input.tokens() + " by the engine's own count of tokens, which failed: " + e.getMessage()
                            + ". Use dataset random on endpoint COMPLETIONS, where prompts are token ids, or a dataset of texts.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("Interrupted while fitting prompts");
        }
    }

    private void begin() throws IOException, InterruptedException {
        if (overhead == null) {
            overhead = tokenizer.count("the") - 1;
        }
        if (shared == null) {
            shared = sharedLen == 0 ? List.of() : sharedWords();
        }
    }

    /** Words from the beginning of the text, as many as come nearest to the length asked for. */
    private List<String> sharedWords() throws IOException, InterruptedException {
        Iterator<String> more = text.shared();
        List<String> words = new ArrayList<>();
        resize(words, sharedLen, more);
        List<String> best = List.copyOf(words);
        int smallest = Integer.MAX_VALUE;
        for (int tries = 0; tries < MOST_TRIES && smallest != 0; tries++) {
            int misfit = sharedLen - (tokenizer.count(String.join("", words).strip()) - overhead);
            if (Math.abs(misfit) < Math.abs(smallest)) {
                smallest = misfit;
                best = List.copyOf(words);
            }
            resize(words, words.size() + words(misfit, words.size(), sharedLen - misfit), more);
        }
        return best;
    }

    private Prompt fit(
            List<String> words, Prompt first, Iterator<String> own, String name, int index, TokenLengths.Pair length)
            throws IOException, InterruptedException {
        Prompt best = first;
        int misfit = length.input() - tokenizer.count(first.text());
        exactInARow = misfit == 0 ? exactInARow + 1 : 0;
        int smallest = misfit;
        for (int tries = 1; misfit != 0 && tries < MOST_TRIES; tries++) {
            int change = words(misfit, words.size(), length.input() - misfit - overhead);
            resize(words, words.size() + change, own);
            Prompt next = prompt(words, name, index, length.output());
            misfit = length.input() - tokenizer.count(next.text());
            if (Math.abs(misfit) < Math.abs(smallest)) {
                smallest = misfit;
                best = next;
            }
        }
        fitted++;
        worstMisfit = Math.max(worstMisfit, Math.abs(smallest));
        return best;
    }

    /** How many words make up for some tokens, at the rate of the words that were counted; at least one for any. */
    private static int words(int tokens, int countedWords, int countedTokens) {
        double tokensPerWord = Math.max(0.25, (double) countedTokens / countedWords);
        int words = (int) Math.round(tokens / tokensPerWord);
        return words == 0 ? Integer.signum(tokens) : words;
    }

    /** What is shared stays, and so does one word of the prompt's own. */
    private void resize(List<String> words, int size, Iterator<String> more) {
        int least = shared == null ? 1 : shared.size() + 1;
        while (words.size() < size) {
            words.add(more.next());
        }
        while (words.size() > Math.max(least, size)) {
            words.remove(words.size() - 1);
        }
    }

    private Prompt prompt(List<String> words, String slice, int index, int outputLen) {
        Prompt prompt = Prompt.of(String.join("", words).strip(), outputLen);
        if (salt == null) {
            return prompt;
        }
        return sharedLen == 0 ? salt.applyTo(prompt, slice, index) : salt.applyTo(prompt, "shared", 0);
    }

    private final class Slice implements PromptSlice {
        private static final int MOST_DRAWS = 1000;

        private final int window;
        private final TokenLengths lengths;
        private final Set<String> seen = new HashSet<>();
        private int draws;
        private int index;

        Slice(int window) {
            this.window = window;
            this.lengths = new TokenLengths(seed, PromptSource.sliceName(window), input, output);
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            TokenLengths.Pair length = lengths.next();
            for (int tries = 0; tries < MOST_DRAWS; tries++) {
                Prompt prompt = fit(window, draws++, length);
                String hash = PromptHash.of(prompt);
                if (seen.add(hash)) {
                    return new DrawnPrompt(PromptSource.sliceName(window), index++, hash, prompt, length.output());
                }
            }
            throw new DatasetException("The dataset " + text.dataset() + " has no prompt of inputLen " + length.input()
                    + " left that was not given out: there were " + index + ". Set a larger inputLen.");
        }
    }
}
