package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.PromptRequest;

/** A benchmark's {@code @Prompts} method. */
@FunctionalInterface
public interface PromptMethod {
    /**
     * The prompts of a slice; the same for the same request.
     *
     * @throws Exception whatever the user's code throws
     */
    Iterable<Prompt> prompts(PromptRequest request) throws Exception;
}
