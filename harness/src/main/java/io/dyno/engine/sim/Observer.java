package io.dyno.engine.sim;

/** Told of what happens inside the engine: what metrics are made of. */
interface Observer {
    /** Nobody looks. */
    Observer NOBODY = new Observer() {};

    /**
     * A step has ended.
     *
     * @param tokens tokens that it computed
     * @param sampled tokens that it generated
     */
    default void step(int replica, int tokens, int sampled, long at) {}

    /**
     * A token was generated.
     *
     * @param before when the one before it was, or −1 when this is the first
     */
    default void token(int replica, Sequence sequence, long before) {}

    /** A request has left the engine. */
    default void finished(int replica, Sequence sequence, FinishReason reason, long at) {}
}
