package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Random words for chat, where a prompt must be text: as many as make {@code inputLen} tokens once the server has applied its chat template. The
 * server itself counts. When it has found prompts exact at the first try again and again, one word is one token there, and it is asked no more: a
 * server under load should not have to tokenize for its client.
 */
final class FittedPrompts implements PromptSource {
    /** After so many prompts in a row that were exact at the first try the server is trusted. */
    static final int TRUST_AFTER = 32;

    private static final int MOST_TRIES = 6;

    private static final String[] WORDS = """
            the and for are but not you all any can had her was one our out day get has him his how man new now old see two way who
            boy did its let put say she too use dad mom run sun sea sky red big low hot ice air car cat dog bed box bag bus cup cut
            eat eye far few fit fly fun gas god gun hat hit hop job key kid law lay led leg lie lot map may men met mix net nor off
            oil own pay per pet pot raw row sat set sit six son ten tie tip top toy try van war web wet why win won yes yet act add
            age ago aid aim arm art ask ate bad bar bat bit buy cap cow cry die dry due ear egg end""".split("\\s+");

    private final long seed;
    private final int inputLen;
    private final int outputLen;
    private final ChatTokenizer tokenizer;
    private final Salt salt;

    private Integer overhead;
    private int exactInARow;
    private long fitted;
    private int worstMisfit;

    FittedPrompts(long seed, int inputLen, int outputLen, ChatTokenizer tokenizer, Salt salt) {
        this.seed = seed;
        this.inputLen = inputLen;
        this.outputLen = outputLen;
        this.tokenizer = tokenizer;
        this.salt = salt;
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public String datasetHash() {
        return HexFormat.of().formatHex(RandomStream.digest(seed, "random words", Integer.toString(inputLen)));
    }

    @Override
    public synchronized Report report() {
        return new Report(0, fitted, worstMisfit);
    }

    /** The text at a place; one at a time, because each is fitted with what the ones before have taught. */
    private synchronized Prompt fit(int window, int index) throws DatasetException {
        try {
            String name = PromptSource.sliceName(window);
            RandomStream random = RandomStream.of(seed, "prompts", "words", name, Integer.toString(index));
            if (overhead == null) {
                overhead = tokenizer.count(WORDS[0]) - 1;
            }
            List<String> words = new ArrayList<>();
            words.add(WORDS[SliceClass.draw(random, window, WORDS.length)]);
            resize(words, inputLen - overhead, random);
            Prompt prompt = prompt(words, name, index);
            return exactInARow >= TRUST_AFTER ? prompt : fit(words, prompt, random, name, index);
        } catch (IOException e) {
            throw new DatasetException("Random prompts for chat are fitted to inputLen " + inputLen
                    + " with the server's tokenizer, which failed: " + e.getMessage()
                    + ". Use endpoint COMPLETIONS, where prompts are token ids, or a dataset of texts.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("Interrupted while fitting prompts");
        }
    }

    private Prompt fit(List<String> words, Prompt first, RandomStream random, String name, int index)
            throws IOException, InterruptedException {
        Prompt best = first;
        int misfit = inputLen - tokenizer.count(first.text());
        exactInARow = misfit == 0 ? exactInARow + 1 : 0;
        int smallest = misfit;
        for (int tries = 1; misfit != 0 && tries < MOST_TRIES; tries++) {
            double tokensPerWord = Math.max(0.25, (double) (inputLen - misfit - overhead) / words.size());
            int change = (int) Math.round(misfit / tokensPerWord);
            resize(words, words.size() + (change == 0 ? Integer.signum(misfit) : change), random);
            Prompt next = prompt(words, name, index);
            misfit = inputLen - tokenizer.count(next.text());
            if (Math.abs(misfit) < Math.abs(smallest)) {
                smallest = misfit;
                best = next;
            }
        }
        fitted++;
        worstMisfit = Math.max(worstMisfit, Math.abs(smallest));
        return best;
    }

    private static void resize(List<String> words, int size, RandomStream random) {
        while (words.size() < size) {
            words.add(WORDS[random.nextInt(WORDS.length)]);
        }
        while (words.size() > Math.max(1, size)) {
            words.remove(words.size() - 1);
        }
    }

    private Prompt prompt(List<String> words, String slice, int index) {
        Prompt prompt = Prompt.of(String.join(" ", words), outputLen);
        return salt == null ? prompt : salt.applyTo(prompt, slice, index);
    }

    private final class Slice implements PromptSlice {
        private static final int MOST_DRAWS = 1000;

        private final int window;
        private final Set<String> seen = new HashSet<>();
        private int draws;
        private int index;

        Slice(int window) {
            this.window = window;
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            for (int tries = 0; tries < MOST_DRAWS; tries++) {
                Prompt prompt = fit(window, draws++);
                String hash = PromptHash.of(prompt);
                if (seen.add(hash)) {
                    return new DrawnPrompt(PromptSource.sliceName(window), index++, hash, prompt, outputLen);
                }
            }
            throw new DatasetException("The dataset random has no chat prompt of inputLen " + inputLen
                    + " left that was not given out: there were " + index + ". Set a larger inputLen.");
        }
    }
}
