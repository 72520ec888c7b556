package io.dyno.engine;

/**
 * One thread of time: all that happens in a load happens on it, one after the other. Real time on a network client's event loop; virtual
 * time in the simulator.
 */
public interface Timeline {
    /** Ns since the load's start. Never decreases. */
    long now();

    /** Runs a task at {@code atNanos} since the load's start, or at once when that has passed. Safe from any thread. */
    void at(long atNanos, Runnable task);

    /** Runs a task as soon as possible. Safe from any thread. */
    default void soon(Runnable task) {
        at(0, task);
    }
}
