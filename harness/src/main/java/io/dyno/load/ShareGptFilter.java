package io.dyno.load;

import io.dyno.Prompt;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The usual selection among ShareGPT's conversations, as vLLM's benchmarks make it: neither prompts nor answers of a few tokens, nor such as are
 * too long for a small context. The engine's own tokenizer counts.
 */
final class ShareGptFilter implements RowFilter {
    static final int SHORTEST = 4;
    static final int LONGEST_PROMPT = 1024;
    static final int LONGEST_SUM = 2048;

    private final List<String> answers;
    private final Integer outputLen;
    private final PlainTokens tokens;
    private final Map<Integer, Verdict> known = new ConcurrentHashMap<>();

    private ShareGptFilter(List<String> answers, Integer outputLen, PlainTokens tokens) {
        this.answers = answers;
        this.outputLen = outputLen;
        this.tokens = tokens;
    }

    /**
     * The filter; one that only says that it cannot filter where nobody counts tokens.
     *
     * @param answers by row
     * @param outputLen of every answer, or null for as long as the conversation's
     * @param tokenizer of the engine, or null
     */
    static RowFilter of(List<String> answers, Integer outputLen, ChatTokenizer tokenizer) throws DatasetException {
        String uncounted = "it has no tokenizer to ask";
        try {
            if (tokenizer != null) {
                return new ShareGptFilter(answers, outputLen, PlainTokens.of(tokenizer));
            }
        } catch (IOException e) {
            uncounted = e.getMessage();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        if (outputLen == null) {
            throw new DatasetException(
                    "The dataset sharegpt takes the length of answers from its conversations, and this"
                            + " engine does not count tokens (" + uncounted + "). Set outputLen.");
        }
        return new Uncounted("the filters of sharegpt on tokens were not applied (prompt at least " + SHORTEST
                + ", at most " + LONGEST_PROMPT + ", prompt and output at most " + LONGEST_SUM
                + "): the engine does not count tokens, " + uncounted);
    }

    /** All rows, and why. */
    private record Uncounted(String note) implements RowFilter {
        @Override
        public Verdict judge(int row, Prompt prompt) {
            return new Verdict(prompt, null);
        }

        @Override
        public List<String> notes() {
            return List.of(note);
        }
    }

    @Override
    public Verdict judge(int row, Prompt prompt) throws DatasetException {
        Verdict verdict = known.get(row);
        if (verdict == null) {
            verdict = count(row, prompt);
            known.put(row, verdict);
        }
        return verdict;
    }

    private Verdict count(int row, Prompt prompt) throws DatasetException {
        try {
            int input = tokens.count(prompt.text());
            if (input < SHORTEST) {
                return dropped("prompt shorter than " + SHORTEST + " tokens");
            }
            if (input > LONGEST_PROMPT) {
                return dropped("prompt longer than " + LONGEST_PROMPT + " tokens");
            }
            int output = outputLen != null ? outputLen : tokens.count(answers.get(row));
            if (outputLen == null && output < SHORTEST) {
                return dropped("answer shorter than " + SHORTEST + " tokens");
            }
            if (input + output > LONGEST_SUM) {
                return dropped("prompt and answer longer than " + LONGEST_SUM + " tokens");
            }
            return new Verdict(Prompt.of(prompt.text(), output), null);
        } catch (IOException e) {
            throw new DatasetException("Row " + row + " of the dataset sharegpt could not be counted by the engine: "
                    + e.getMessage() + ".");
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static Verdict dropped(String reason) {
        return new Verdict(null, reason);
    }

    private static DatasetException interrupted() {
        Thread.currentThread().interrupt();
        return new DatasetException("Interrupted while counting tokens");
    }
}
