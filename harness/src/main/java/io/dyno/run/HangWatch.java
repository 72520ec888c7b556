package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineHandle.Vitals;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells an engine that has stopped from one that is slow, so that nobody waits ten minutes for each of its requests. Only when no open request
 * has had a byte for a long time, which no measurement survives, is the engine asked at all: it hangs when its health is not answered twice in a
 * row, or when its own counters have not moved for half as long. A long prefill moves them.
 */
final class HangWatch implements AutoCloseable {
    /** Longer than a kernel's compilation by the first request, shorter than the five minutes after which vLLM itself gives a worker up. */
    private static final Duration MOST_SILENCE = Duration.ofMinutes(4);

    /** vLLM's counters move once a step, and half of this is longer than a step takes, but for the largest on slow machines. */
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(20);

    private static final int LOOKS = 20;

    /** A server that is busy with a long text may miss one. */
    private static final int MISSED_HEALTH = 2;

    private final EngineHandle engine;
    private final LongSupplier silentNanos;
    private final long limitNanos;
    private final Thread thread;

    private HangWatch(EngineHandle engine, LongSupplier silentNanos, Duration limit) {
        this.engine = engine;
        this.silentNanos = silentNanos;
        this.limitNanos = limit.toNanos();
        this.thread = new Thread(this::watch, "dyno-hang-watch");
        this.thread.setDaemon(true);
    }

    /**
     * Watches an engine under load until closed.
     *
     * @param silentNanos how long requests have been open without a byte of an answer, ns; 0 while none is open
     * @param limit silence after which the engine is asked
     */
    static HangWatch start(EngineHandle engine, LongSupplier silentNanos, Duration limit) {
        HangWatch watch = new HangWatch(engine, silentNanos, limit);
        watch.thread.start();
        return watch;
    }

    /** The silence after which the engine is asked: four minutes, or less where requests are given less time. */
    static Duration limit(Duration requestTimeout) {
        Duration before = requestTimeout.multipliedBy(4).dividedBy(5); // before the requests end for their own reason
        Duration most = before.compareTo(MOST_SILENCE) < 0 ? before : MOST_SILENCE;
        return most.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : most;
    }

    private void watch() {
        try {
            String counters = null;
            long stillSince = 0;
            int missed = 0;
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(Math.max(1, limitNanos / LOOKS));
                if (silentNanos.getAsLong() < limitNanos / 2) {
                    counters = null;
                    missed = 0;
                    continue;
                }
                Optional<Vitals> vitals = engine.vitals();
                if (vitals.isEmpty()) {
                    continue;
                }
                missed = vitals.get().healthy() ? 0 : missed + 1;
                String now = vitals.get().counters();
                if (now == null || !now.equals(counters)) {
                    counters = now;
                    stillSince = System.nanoTime();
                }
                boolean still = counters != null && System.nanoTime() - stillSince >= limitNanos / 2;
                if ((missed >= MISSED_HEALTH || still) && silentNanos.getAsLong() >= limitNanos) {
                    engine.giveUp(String.format(
                            Locale.ROOT,
                            "the engine hangs: no request has had a byte of its answer for %.0f s, and %s",
                            silentNanos.getAsLong() / 1e9,
                            still
                                    ? "its counters on /metrics stand still, although /health answers"
                                    : "GET /health is not answered"));
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
