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
 * has had a byte for a long time, which no measurement survives, is the engine asked at all: it hangs when its health is not answered, or when
 * its own counters have not moved in the second half of the silence. A long prefill moves them.
 */
final class HangWatch implements AutoCloseable {
    /** Longer than a kernel's compilation by the first request, shorter than the five minutes after which vLLM itself gives a worker up. */
    private static final Duration MOST_SILENCE = Duration.ofMinutes(2);

    private static final Duration LEAST_SILENCE = Duration.ofSeconds(5);

    private static final int LOOKS = 20;

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

    /** The silence after which the engine is asked: two minutes, or less where requests are given less time. */
    static Duration limit(Duration requestTimeout) {
        Duration before = requestTimeout.multipliedBy(4).dividedBy(5); // before the requests end for their own reason
        Duration most = before.compareTo(MOST_SILENCE) < 0 ? before : MOST_SILENCE;
        return most.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : most;
    }

    private void watch() {
        try {
            Optional<Vitals> earlier = Optional.empty();
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(Math.max(1, limitNanos / LOOKS));
                long silent = silentNanos.getAsLong();
                if (silent < limitNanos / 2) {
                    earlier = Optional.empty();
                } else if (earlier.isEmpty()) {
                    earlier = engine.vitals();
                } else if (silent >= limitNanos) {
                    Optional<Vitals> now = engine.vitals();
                    Optional<String> evidence = evidence(earlier.get(), now.orElse(earlier.get()));
                    if (evidence.isPresent() && silentNanos.getAsLong() >= limitNanos) {
                        engine.giveUp(String.format(
                                Locale.ROOT,
                                "the engine hangs: no request has had a byte of its answer for %.0f s, and %s",
                                silentNanos.getAsLong() / 1e9,
                                evidence.get()));
                        return;
                    }
                    earlier = now;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private static Optional<String> evidence(Vitals earlier, Vitals now) {
        if (!now.healthy()) {
            return Optional.of("GET /health is not answered");
        }
        boolean still = now.counters() != null && now.counters().equals(earlier.counters());
        return still ? Optional.of("its counters on /metrics stand still, although /health answers") : Optional.empty();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
