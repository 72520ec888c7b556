package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ParentWatchTest {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch looks = new CountDownLatch(5);
    private Process stranger;

    @BeforeEach
    void startStranger() throws IOException {
        stranger = new ProcessBuilder("sleep", "1000").start();
    }

    @AfterEach
    void endStranger() {
        stranger.destroyForcibly();
    }

    @Test
    void theEndOfTheParentIsTold() throws InterruptedException {
        try (ParentWatch watch = ParentWatch.start(this::look, LOOK, gone::countDown)) {
            assertThat(watch).isNotNull();
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(gone.getCount()).as("told while the parent lives").isOne();

            stranger.destroyForcibly();

            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anotherParentMeansThatTheFirstIsGone() throws InterruptedException {
        AtomicReference<ProcessHandle> parent = new AtomicReference<>(stranger.toHandle());
        try (ParentWatch watch = ParentWatch.start(() -> Optional.of(parent.get()), LOOK, gone::countDown)) {
            assertThat(watch).isNotNull();
            parent.set(ProcessHandle.current());

            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Optional<ProcessHandle> look() {
        looks.countDown();
        return Optional.of(stranger.toHandle());
    }
}
