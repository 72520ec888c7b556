package io.dyno.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that does not get to its work says so, for how long at once and in all. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LoopHealthTest {
    private static final double STALL_MILLIS = 60;

    private final ClientLoop client = new ClientLoop();
    private final EventLoop loop = client.loop();
    private LoopHealth health;

    @BeforeEach
    void start() {
        health = new LoopHealth(loop);
    }

    @AfterEach
    void stop() {
        health.stop();
        client.close();
    }

    @Test
    void stallsAreSeenAtTheirLongestAndInAll() throws Exception {
        for (int i = 0; i < 3; i++) {
            stall();
            turn();
        }

        assertThat(onLoop(health::takeLateMillis))
                .as("ms late in all; a tick may have been due up to 5 ms after a stall began")
                .isGreaterThan(3 * (STALL_MILLIS - 6));
        assertThat(onLoop(health::takeMaxStallMillis)).as("ms, the longest").isGreaterThan(STALL_MILLIS - 6);
    }

    @Test
    void whatWasTakenIsTakenOnce() throws Exception {
        stall();
        turn();
        double first = onLoop(health::takeLateMillis);

        assertThat(onLoop(health::takeLateMillis)).isLessThan(first);
    }

    @Test
    void itIsReadOnTheLoopOnly() {
        assertThatThrownBy(health::takeLateMillis).hasMessageContaining("timeline");
        assertThatThrownBy(health::takeMaxStallMillis).hasMessageContaining("timeline");
    }

    /** Keeps the loop from its work, as a system without a core for it does. */
    private void stall() throws Exception {
        onLoop(() -> {
            long until = System.nanoTime() + (long) (STALL_MILLIS * 1e6);
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
            return 0.0;
        });
    }

    /** Lets a tick that is due run: it was scheduled before this. */
    private void turn() throws Exception {
        Object unused = loop.schedule(() -> 0, 10, TimeUnit.MILLISECONDS).get();
    }

    private double onLoop(Callable<Double> what) throws Exception {
        return loop.submit(what).get();
    }
}
