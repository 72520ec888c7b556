package io.dyno.load.http;

import io.dyno.load.HealthProbe;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The state of a client on an event loop. Its stalls are seen by a timer: how much later than wanted it fires is how long the loop did not turn. */
final class LoopHealth implements HealthProbe {
    private static final long TICK_NANOS = 5_000_000;

    /** A timer that fires this much later than wanted is as exact as timers are. */
    private static final long TIMER_NANOS = 1_500_000;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(c -> !c.getName().endsWith("Cycles")) // concurrent work of ZGC and Shenandoah is no pause
            .toList();
    private final EventLoop loop;
    private final Future<?> ticking;
    private long expected;
    private long maxStallNanos;
    private long lateNanos;

    LoopHealth(EventLoop loop) {
        this.loop = loop;
        this.expected = System.nanoTime() + TICK_NANOS;
        this.ticking = loop.scheduleWithFixedDelay(this::tick, TICK_NANOS, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        long now = System.nanoTime();
        maxStallNanos = Math.max(maxStallNanos, now - expected);
        lateNanos += late(now);
        expected = now + TICK_NANOS;
    }

    @Override
    public double gcPauseMillis() {
        long sum = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            sum += Math.max(0, collector.getCollectionTime());
        }
        return sum;
    }

    @Override
    public double takeMaxStallMillis() {
        requireOnLoop();
        double max = Math.max(maxStallNanos, System.nanoTime() - expected) / 1e6; // the next tick may be late already
        maxStallNanos = 0;
        return Math.max(0, max);
    }

    @Override
    public double takeLateMillis() {
        requireOnLoop();
        double sum = lateNanos / 1e6;
        lateNanos = 0;
        return sum;
    }

    private long late(long now) {
        return now - expected > TIMER_NANOS ? now - expected : 0;
    }

    private void requireOnLoop() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("to be read on the timeline only");
        }
    }

    void stop() {
        ticking.cancel(false);
    }
}
