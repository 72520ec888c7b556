package io.dyno.load;

/** The prompts of one slice, in order. Used by one thread at a time. */
public interface PromptSlice {
    /**
     * The next prompt.
     *
     * @throws DatasetException when the slice has run out, or its prompts cannot be made; each later call throws again
     */
    DrawnPrompt next() throws DatasetException;
}
