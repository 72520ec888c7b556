package io.dyno.engine;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import java.util.Map;

/**
 * One request, ready to be sent.
 *
 * @param slice slice of the prompt, as in {@link io.dyno.metrics.RequestRecord#slice}
 * @param index its place in the slice
 * @param promptHash first 16 hex digits of the prompt's SHA-256
 * @param prompt text or token ids
 * @param outputLen tokens to generate at most, at least 1
 * @param ignoreEos generate all of them
 * @param sampling sampling parameters under the API's names
 * @param endpoint where it goes
 * @param due when it was due, ns from the load's start
 * @param timeoutNanos after so long from {@code due} it has failed with class timeout
 */
public record InferenceRequest(
        String slice,
        int index,
        String promptHash,
        Prompt prompt,
        int outputLen,
        boolean ignoreEos,
        Map<String, Object> sampling,
        Endpoint endpoint,
        long due,
        long timeoutNanos) {}
