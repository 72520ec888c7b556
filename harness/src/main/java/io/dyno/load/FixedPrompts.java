package io.dyno.load;

import io.dyno.Prompt;
import java.util.Iterator;
import java.util.List;

/** The same texts in every slice, in the same order: for loads that must repeat each other exactly. */
public final class FixedPrompts implements PromptSource {
    private final List<Prompt> prompts;

    /**
     * Texts that each say their own output length.
     *
     * @throws IllegalArgumentException when one is not a text, or has no output length
     */
    public FixedPrompts(List<Prompt> prompts) {
        if (prompts.stream().anyMatch(prompt -> prompt.text() == null || prompt.outputLen() == null)) {
            throw new IllegalArgumentException("a fixed prompt is a text with an output length");
        }
        this.prompts = List.copyOf(prompts);
    }

    /** All of them, in order. */
    public List<Prompt> all() {
        return prompts;
    }

    @Override
    public PromptSlice open(int window) {
        String name = PromptSource.sliceName(window);
        Iterator<Prompt> left = prompts.iterator();
        int[] index = {0};
        return () -> {
            if (!left.hasNext()) {
                throw new DatasetException("slice " + name + " has only " + prompts.size() + " prompts");
            }
            Prompt prompt = left.next();
            return new DrawnPrompt(name, index[0]++, PromptHash.of(prompt), prompt, prompt.outputLen());
        };
    }

    @Override
    public String datasetHash() {
        return null;
    }
}
