package io.dyno.load;

import io.dyno.PromptRequest;
import java.util.List;
import java.util.Map;

/**
 * All prompts of one point, in slices that share none. A slice depends on dataset, seed and its number only (and on the salt, where salted),
 * so it is the same in every fork and run.
 */
public interface PromptSource {
    /**
     * Opens a slice at its beginning.
     *
     * @param window 0, 1, … for measurement windows, {@link PromptRequest#WARMUP} or {@link PromptRequest#TAIL}
     */
    PromptSlice open(int window);

    /** Whether there is a slice for a window that replaces a void one: a finite dataset is cut for the windows asked for. */
    default boolean has(int window) {
        return true;
    }

    /** SHA-256 of what decides the prompts (rows, lengths, seed), hex; null when it cannot be known, as with a method's prompts. */
    String datasetHash();

    /** What the result must say of the prompts given out so far. Safe from any thread. */
    default Report report() {
        return Report.EXACT;
    }

    /** The slice's name in records. */
    static String sliceName(int window) {
        return switch (window) {
            case PromptRequest.WARMUP -> "warmup";
            case PromptRequest.TAIL -> "tail";
            default -> Integer.toString(window);
        };
    }

    /**
     * What became of the prompts.
     *
     * @param repeated how many were rows given out before, salted
     * @param fitted how many were fitted to a length in tokens and then counted by the server
     * @param worstMisfitTokens largest |length − length asked for| among them, tokens
     * @param dropped rows of the dataset that were left out, by reason
     * @param notes what else must be said, one sentence each
     */
    record Report(long repeated, long fitted, int worstMisfitTokens, Map<String, Long> dropped, List<String> notes) {
        public Report {
            dropped = Map.copyOf(dropped);
            notes = List.copyOf(notes);
        }

        Report(long repeated, long fitted, int worstMisfitTokens) {
            this(repeated, fitted, worstMisfitTokens, Map.of(), List.of());
        }

        /** Nothing to say. */
        public static final Report EXACT = new Report(0, 0, 0);
    }
}
