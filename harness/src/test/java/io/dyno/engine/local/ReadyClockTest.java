package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.plan.Defaults;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyClockTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path blobs;

    @Test
    void aStartMayTakeHalfAnHourUnlessItIsToldOtherwise() {
        ReadyClock clock = clock(Duration.ofNanos(Defaults.READY_TIMEOUT_NANOS));

        clock.tick(30 * 60 * SECOND, false);
        assertThat(clock.over()).isFalse();
        clock.tick(30 * 60 * SECOND + 1, false);
        assertThat(clock.over()).isTrue();
    }

    @Test
    void aDownloadIsNotCountedHoweverLongItTakes() {
        ReadyClock clock = clock(Duration.ofSeconds(10));

        clock.tick(5 * SECOND, false);
        boolean began = clock.tick(6 * SECOND, true);
        for (int second = 7; second <= 3600; second++) {
            clock.tick(second * SECOND, second % 30 == 0);
        }

        assertThat(began).as("told when it begins").isTrue();
        assertThat(clock.over())
                .as("an hour of download, five seconds of anything else")
                .isFalse();
    }

    @Test
    void aDownloadThatStallsIsCountedFromThenOn() {
        ReadyClock clock = clock(Duration.ofSeconds(10));

        clock.tick(SECOND, true);
        for (int second = 2; second <= 70; second++) {
            clock.tick(second * SECOND, false);
        }
        assertThat(clock.over()).as("60 s without progress, then 9 s").isFalse();
        clock.tick(73 * SECOND, false);
        assertThat(clock.over()).isTrue();
    }

    private ReadyClock clock(Duration timeout) {
        return new ReadyClock(timeout, new Downloads(blobs, 0), 0);
    }
}
