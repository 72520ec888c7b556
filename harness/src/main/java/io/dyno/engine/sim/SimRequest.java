package io.dyno.engine.sim;

/**
 * What the engine is asked for.
 *
 * @param promptTokens the prompt, at least one token; not changed after this
 * @param maxTokens output tokens at most, at least 1
 * @param minTokens output tokens at least
 * @param ignoreEos whether the answer goes on until {@code maxTokens}
 * @param contentSeed decides the answer's tokens
 * @param cacheSalt keeps prefixes apart that are equal otherwise; 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // a prompt of 100,000 ids must not cost 100,000 boxes
record SimRequest(
        int[] promptTokens, int maxTokens, int minTokens, boolean ignoreEos, long contentSeed, long cacheSalt) {
    SimRequest {
        if (promptTokens.length == 0 || maxTokens < 1) {
            throw new IllegalArgumentException("a request needs a prompt and at least one output token");
        }
    }
}
