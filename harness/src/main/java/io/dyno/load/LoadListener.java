package io.dyno.load;

import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;

/**
 * Told how a load goes, on the thread that called {@link LoadRun#run}. A continuous load goes on meanwhile; an isolated iteration starts only
 * when {@link #windowStarted} has returned, and the next one when {@link #windowComplete} has, so that setup and profilers stay outside its time.
 */
public interface LoadListener {
    /**
     * The load begins: told first, and once.
     *
     * @param origin the load's time 0 as {@link System#nanoTime} counts; of no meaning in virtual time
     */
    default void loadStarted(long origin) {}

    /**
     * A window begins.
     *
     * @param slice the prompts' slice
     * @param start ns from the load's start; of an isolated iteration, when it was announced
     */
    default void windowStarted(Window.Kind kind, int iteration, String slice, long start) {}

    /** A window's time is over; requests that were due in it may still be open. */
    default void windowEnded(Window window) {}

    /**
     * A window is complete: all that was due in it or before it has ended. Called in the order of windows, warm-up and tail included.
     *
     * @return whether it is valid; a measurement window that is not is replaced by one more, at most as many as were asked for
     */
    boolean windowComplete(WindowRecords records);
}
