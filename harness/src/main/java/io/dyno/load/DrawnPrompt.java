package io.dyno.load;

import io.dyno.Prompt;

/**
 * A prompt at its place in a slice, ready to be sent.
 *
 * @param slice the slice's name: {@code "0"}, {@code "1"}, … , {@code "warmup"}, {@code "tail"}
 * @param index its place in the slice, from 0
 * @param hash first 16 hex digits of its SHA-256, see {@link PromptHash}
 * @param prompt text or token ids, salt included
 * @param outputLen tokens to generate at most
 */
public record DrawnPrompt(String slice, int index, String hash, Prompt prompt, int outputLen) {}
