package io.dyno.engine.sim;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Drives the engine in real time on the event loop that also does the I/O: one thread, no locks. The engine is called when its next event is due;
 * all tokens of a step are written first and flushed together. A late call makes tokens late, but the next step is not moved by it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is put on the event loop lives and ends with it
final class EngineLoop {
    private final EventLoop loop;
    private final SimEngine engine;
    private final long origin = System.nanoTime();
    private final List<Runnable> flushes = new ArrayList<>();
    private Future<?> timer;
    private long timerAt = Long.MAX_VALUE;
    private boolean stopped;

    EngineLoop(EventLoop loop, SimEngine engine) {
        this.loop = loop;
        this.engine = engine;
    }

    SimEngine engine() {
        return engine;
    }

    /** Ns on the engine's clock. */
    long now() {
        return System.nanoTime() - origin;
    }

    Sequence submit(SimRequest request, TokenSink sink) {
        Sequence sequence = engine.submit(request, now(), sink);
        wake();
        return sequence;
    }

    void abort(Sequence sequence, FinishReason reason) {
        engine.abort(sequence, reason, now());
        wake();
    }

    /** Runs {@code flush} when all tokens of this call of the engine have been written. */
    void afterwards(Runnable flush) {
        flushes.add(flush);
    }

    /** Runs {@code task} when the loop has done what it has to do now, output included. */
    void later(Runnable task) {
        loop.schedule(task, 50, TimeUnit.MILLISECONDS);
    }

    /** No more steps. */
    void stop() {
        stopped = true;
    }

    private void wake() {
        long next = engine.nextEvent();
        if (stopped || next >= timerAt) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = next;
        long delay = next - now();
        timer = delay <= 0 ? loop.submit(this::play) : loop.schedule(this::play, delay, TimeUnit.NANOSECONDS);
    }

    private void play() {
        timer = null;
        timerAt = Long.MAX_VALUE;
        if (stopped) {
            return;
        }
        engine.advance(now());
        flushes.forEach(Runnable::run);
        flushes.clear();
        wake();
    }
}
