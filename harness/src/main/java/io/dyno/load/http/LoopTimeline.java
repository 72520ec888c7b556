package io.dyno.load.http;

import io.dyno.engine.Timeline;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Real time on an event loop. */
final class LoopTimeline implements Timeline {
    private final EventLoop loop;
    private volatile long start = System.nanoTime();

    LoopTimeline(EventLoop loop) {
        this.loop = loop;
    }

    /** The load's time 0 is now. */
    void startNow() {
        start = System.nanoTime();
    }

    /** A reading of {@link System#nanoTime} in the load's time. */
    long at(long nanoTime) {
        return nanoTime - start;
    }

    @Override
    public long now() {
        return System.nanoTime() - start;
    }

    /** Does nothing when the driver is closed: its load is over, and who cancels it too late must not be told off for it. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody takes a task back
    public void at(long atNanos, Runnable task) {
        long wait = atNanos - now();
        try {
            if (wait <= 0) {
                loop.execute(task);
            } else {
                loop.schedule(task, wait, TimeUnit.NANOSECONDS);
            }
        } catch (RejectedExecutionException e) {
            if (!loop.isShuttingDown()) {
                throw e;
            }
        }
    }
}
