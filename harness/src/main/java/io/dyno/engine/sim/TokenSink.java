package io.dyno.engine.sim;

/** Told of a request's tokens as they are made. */
@FunctionalInterface
interface TokenSink {
    /**
     * A token was made.
     *
     * @param token its id
     * @param at ns on the engine's clock: the end of the step that made it
     * @param end why it was the last one, or null when more come
     */
    void token(Sequence sequence, int token, long at, FinishReason end);
}
