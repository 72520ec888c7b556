package io.dyno.metrics;

import java.util.Arrays;
import java.util.Objects;

/**
 * What was said in a request; kept only when asked for. The prompt is a text or token ids, as it was sent.
 *
 * @param prompt the prompt, or null when it was token ids
 * @param promptTokens the prompt's token ids, or null when it was a text; not copied
 * @param answer the answer as far as it came, without reasoning and tool calls; null when there was none
 * @param reasoning the reasoning before it, or null when there was none
 */
@SuppressWarnings("ArrayRecordComponent") // a prompt of 100,000 ids must not cost 100,000 boxes; equality is by content
public record RequestTexts(String prompt, int[] promptTokens, String answer, String reasoning) {
    @Override
    public boolean equals(Object other) {
        return other instanceof RequestTexts that
                && Objects.equals(prompt, that.prompt)
                && Arrays.equals(promptTokens, that.promptTokens)
                && Objects.equals(answer, that.answer)
                && Objects.equals(reasoning, that.reasoning);
    }

    @Override
    public int hashCode() {
        return Objects.hash(prompt, Arrays.hashCode(promptTokens), answer, reasoning);
    }

    /** Sizes only: a record that is printed in a message must not carry texts there. */
    @Override
    public String toString() {
        return "RequestTexts[prompt "
                + (promptTokens == null ? length(prompt) + " characters" : promptTokens.length + " tokens")
                + ", answer " + length(answer) + " characters, reasoning " + length(reasoning) + " characters]";
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
