package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.EngineInfo;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("try") // the watch is held, not called
class HangWatchTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final long SILENT = LIMIT.multipliedBy(3).toNanos();

    @Test
    void anEngineThatAnswersNothingHangs() throws Exception {
        Engine engine = new Engine(look -> Optional.of(new EngineHandle.Vitals(false, null)));

        try (HangWatch watch = HangWatch.start(engine, () -> SILENT, LIMIT)) {
            assertThat(engine.evidence.get(30, TimeUnit.SECONDS))
                    .isEqualTo(
                            "the engine hangs: no request has had a byte of its answer for 0 s, and GET /health is not answered");
        }
    }

    @Test
    void anEngineWhoseCountersStandStillHangsAlthoughItsServerAnswers() throws Exception {
        Engine engine = new Engine(look -> Optional.of(new EngineHandle.Vitals(true, "vllm:num_requests_running 3")));

        try (HangWatch watch = HangWatch.start(engine, () -> SILENT, LIMIT)) {
            assertThat(engine.evidence.get(30, TimeUnit.SECONDS))
                    .contains("stand still")
                    .contains("/health answers");
        }
    }

    @Test
    void anEngineWhoseCountersMoveIsSlow() throws Exception {
        Engine engine =
                new Engine(look -> Optional.of(new EngineHandle.Vitals(true, "vllm:kv_cache_usage_perc 0." + look)));

        try (HangWatch watch = HangWatch.start(engine, () -> SILENT, LIMIT)) {
            engine.awaitManyLooks();
        }
        assertThat(engine.evidence).isNotDone();
    }

    @Test
    void aServerThatTellsNothingOfItselfIsNotJudged() throws Exception {
        Engine engine = new Engine(look -> Optional.of(new EngineHandle.Vitals(true, null)));

        try (HangWatch watch = HangWatch.start(engine, () -> SILENT, LIMIT)) {
            engine.awaitManyLooks();
        }
        assertThat(engine.evidence).isNotDone();
    }

    @ParameterizedTest
    @CsvSource({"600, 240", "100, 80", "26, 20", "1, 20"})
    void requestsThatAreGivenLessTimeShortenTheSilence(int requestSeconds, int silenceSeconds) {
        assertThat(HangWatch.limit(Duration.ofSeconds(requestSeconds))).hasSeconds(silenceSeconds);
    }

    /** An engine of which nothing is known but how it is. */
    private static final class Engine implements EngineHandle {
        final CompletableFuture<String> evidence = new CompletableFuture<>();
        private final IntFunction<Optional<Vitals>> vitals;
        private final CountDownLatch enough = new CountDownLatch(10);
        private int looks;

        Engine(IntFunction<Optional<Vitals>> vitals) {
            this.vitals = vitals;
        }

        void awaitManyLooks() throws InterruptedException {
            assertThat(enough.await(30, TimeUnit.SECONDS))
                    .as("it was asked again and again")
                    .isTrue();
        }

        @Override
        public Optional<Vitals> vitals() {
            enough.countDown();
            return vitals.apply(looks++);
        }

        @Override
        public void giveUp(String why) {
            evidence.complete(why);
        }

        @Override
        public EngineInfo info() {
            throw new UnsupportedOperationException();
        }

        @Override
        public URI baseUrl() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path log() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Long> pids() {
            return List.of();
        }

        @Override
        public List<Launcher.StartupPhase> startup() {
            return List.of();
        }

        @Override
        public InForce inForce() {
            return InForce.UNKNOWN;
        }

        @Override
        public CompletableFuture<EngineFailure> died() {
            return new CompletableFuture<>();
        }

        @Override
        public boolean resetPrefixCache() {
            return false;
        }

        @Override
        public void close() {}
    }
}
