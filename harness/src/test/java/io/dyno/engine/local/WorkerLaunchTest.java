package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dyno.Endpoint;
import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.BatchDriver.Batch;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.WorkerHandle;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of offline engines that behave and of those that do not. Real processes, a scripted worker, no Python. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WorkerLaunchTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration GONE = Duration.ofSeconds(15);

    /** A worker that hangs does not end when it is asked to. */
    private static final Graces SHORT =
            new Graces(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(30));

    @TempDir
    Path folder;

    private final List<StartupPhase> progress = new CopyOnWriteArrayList<>();
    private final List<Path> sockets = new CopyOnWriteArrayList<>();

    @Test
    void aWorkerBecomesReadyTellsWhatItIsAndIsGoneAfterClose() throws Exception {
        WorkerHandle engine = launch(FakeWorker.spec("grandchild"));
        try (engine) {
            assertThat(engine.info()).isEqualTo(new EngineInfo(null, FakeWorker.MODEL, "0.32.0", false));
            assertThat(engine.baseUrl()).as("it is no server").isNull();
            assertThat(engine.urls()).isEmpty();
            assertThat(engine.vitals()).isEmpty();
            assertThat(engine.dataParallelSize()).isEqualTo(1);
            assertThat(engine.startup()).extracting(StartupPhase::name).containsExactly("weights", "kv-cache", "ready");
            assertThat(engine.startup()).isEqualTo(progress);
            assertThat(engine.startSeconds())
                    .as("what the engine does not say is absent")
                    .isEqualTo(Map.of("init", 1.5, "model_load", 0.08));
            assertThat(engine.inForce().values())
                    .isEqualTo(Map.of("maxModelLen", "2048", "dtype", "bfloat16", "kv_cache_size_tokens", "412160"));
            assertThat(engine.countChatTokens("four")).isEqualTo(4);
            assertThat(engine.metrics()).containsExactly("vllm:num_preemptions_total 3");
            assertThat(engine.resetPrefixCache()).isTrue();
            assertThat(pids()).as("the worker and its grandchild").hasSize(2).allMatch(Alive::alive);
            assertThat(Files.getPosixFilePermissions(privateFolder()))
                    .as("for its owner only")
                    .hasSize(3);
        }
        assertThat(engine.died()).as("asked to end, it did not die").isNotDone();
        assertNothingIsLeft();
        engine.close(); // does nothing the second time
    }

    @Test
    void aBatchComesBackInItsOrderWithTheEnginesOwnTimes() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.spec());
                BatchDriver driver = engine.open(LONG, true)) {
            Batch batch = driver.generate(requests(3));

            assertThat(batch.unknown()).isEmpty();
            assertThat(batch.start()).isNotNegative().isLessThan(batch.end());
            assertThat(batch.end()).isLessThanOrEqualTo(driver.now());
            assertThat(batch.records()).extracting(RequestRecord::index).containsExactly(0, 1, 2);
            RequestRecord second = batch.records().get(1);
            assertThat(second.due()).isEqualTo(batch.start());
            assertThat(second.sent()).isEqualTo(batch.start() + 2);
            assertThat(second.scheduled()).isEqualTo(batch.start() + 12);
            assertThat(second.chunks().size())
                    .as("the first token, and all that followed")
                    .isEqualTo(2);
            assertThat(second.chunks().at(0)).isEqualTo(batch.start() + 22);
            assertThat(second.chunks().at(1)).isEqualTo(batch.start() + 42);
            assertThat(second.end()).isEqualTo(batch.start() + 42);
            assertThat(second.chunks().totalTokens()).isEqualTo(9);
            assertThat(second.tokensIn()).isEqualTo(2);
            assertThat(second.tokensCached()).isZero();
            assertThat(second.tokensOut()).isEqualTo(9);
            assertThat(second.tokenSource()).isEqualTo(TokenSource.ENGINE_STATS);
            assertThat(second.finishReason()).isEqualTo("length");
            assertThat(second.target()).as("there is only one").isNull();
            assertThat(second.ok()).isTrue();
            assertThat(second.texts().answer()).isEqualTo("answer of rank 0");
            assertThat(second.texts().promptTokens()).containsExactly(1, 5);
        }
    }

    @Test
    void requestsAreDealtOverRanksAndComeBackPooledInTheirOrder() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.ranks(2));
                BatchDriver driver = engine.open(LONG, false)) {
            assertThat(engine.dataParallelSize()).isEqualTo(2);

            Batch batch = driver.generate(requests(5));

            assertThat(batch.records()).extracting(RequestRecord::index).containsExactly(0, 1, 2, 3, 4);
            assertThat(batch.records())
                    .extracting(RequestRecord::target)
                    .containsExactly("rank 0", "rank 1", "rank 0", "rank 1", "rank 0");
            assertThat(batch.records())
                    .extracting(RequestRecord::tokensOut)
                    .as("each request's own output length")
                    .containsExactly(8, 9, 10, 11, 12);
            assertThat(batch.records())
                    .as("due when the first rank was asked")
                    .allMatch(record -> record.due() == batch.start());
            assertThat(batch.records()).extracting(RequestRecord::texts).containsOnlyNulls();
        }
        assertNothingIsLeft();
    }

    @Test
    void whatAnEngineDoesNotTellIsAbsentWithTheReasonAndNever0() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.spec("on-batch=silent"));
                BatchDriver driver = engine.open(LONG, false)) {
            Batch batch = driver.generate(requests(1));

            assertThat(batch.unknown()).isEqualTo(Map.of("first", "statistics are off"));
            assertThat(batch.records().get(0).scheduled()).isNull();
            assertThat(batch.records().get(0).chunks().size()).isZero();
            assertThat(batch.records().get(0).end()).isEqualTo(batch.end());
            assertThat(batch.records().get(0).tokensOut()).isEqualTo(8);
        }
    }

    @Test
    void aBatchThatIsRefusedIsAConfigurationErrorInTheEnginesWordsAndTheEngineGoesOn() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.ranks(2, "on-batch=refuse@1"));
                BatchDriver driver = engine.open(LONG, false)) {
            EngineFailure failure = failureOf(driver);

            assertThat(failure.type()).isEqualTo(FailureClass.CONFIG_ERROR);
            assertThat(failure.message()).isEqualTo("ValueError: the prompt is too long");
            assertThat(engine.died()).isNotDone();
            assertThat(engine.countChatTokens("four")).isEqualTo(4);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "exit=3   | OOM_GPU      | the engine ended with exit code 3 before it was ready",
                "failed   | CONFIG_ERROR | the engine ended with exit code 1 before it was ready",
                "garbage  | SERVER_CRASH | wrote what is no message onto its socket: ? Segmentation fault",
                "protocol=2 | CONFIG_ERROR | the worker speaks protocol 2",
            })
    void aStartThatFailsSaysWhyAndLeavesNothing(String behaviour, FailureClass type, String message) throws Exception {
        EngineFailure failure = startFailure(FakeWorker.spec(behaviour, "grandchild"), LONG);

        assertThat(failure.message()).contains(message);
        assertThat(failure.type()).as(failure.toString()).isEqualTo(type);
        assertThat(failure.lastLines()).isNotEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aWorkerThatNeverConnectsTimesOut() throws Exception {
        EngineFailure failure = startFailure(FakeWorker.spec("mute", "grandchild"), Duration.ofSeconds(3));

        assertThat(failure.type()).isEqualTo(FailureClass.STARTUP_TIMEOUT);
        assertThat(failure.message()).contains("not ready within 3.0 s");
        assertNothingIsLeft();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "halt=42 | the engine ended with exit code 42 while it was in use",
                "kill    | the engine ended with SIGKILL while it was in use",
                "garbage | wrote what is no message onto its socket: {\"half\": of an answer",
                "short   | 3 requests were answered by 2 results",
            })
    void aWorkerThatIsLostInABatchIsACrashToldWithinFiveSeconds(String behaviour, String message) throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.spec("on-batch=" + behaviour, "grandchild"));
                BatchDriver driver = engine.open(LONG, false)) {
            long asked = System.nanoTime();

            EngineFailure failure = failureOf(driver);

            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
            assertThat(failure.message()).contains(message);
            assertThat(failure.type()).isEqualTo(FailureClass.SERVER_CRASH);
            assertThat(failure.lastLines()).isNotEmpty();
            assertThat(engine.died()).isCompletedWithValue(failure);
        }
        assertNothingIsLeft();
    }

    @Test
    void theRankThatEndedFirstIsNamed() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.ranks(2, "on-batch=kill@1"));
                BatchDriver driver = engine.open(LONG, false)) {
            EngineFailure failure = failureOf(driver);

            assertThat(failure.type()).isEqualTo(FailureClass.SERVER_CRASH);
            assertThat(failure.message())
                    .containsPattern(
                            "the engine ended with exit code 1 while it was in use; rank 1 of 2 \\(pid \\d+\\) ended first");
        }
        assertNothingIsLeft();
    }

    @Test
    void aBatchWithoutAnAnswerIsAHangAtItsTimeoutAndNamesTheSilentRank() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.ranks(2, "on-batch=hang@1"));
                BatchDriver driver = engine.open(Duration.ofSeconds(2), false)) {
            EngineFailure failure = failureOf(driver);

            assertThat(failure.type()).isEqualTo(FailureClass.SERVER_HANG);
            assertThat(failure.message())
                    .startsWith("no answer to generate within 2 s from rank 1 of 2 (pid ")
                    .doesNotContain("rank 0");
        }
        assertNothingIsLeft();
    }

    @Test
    void anInterruptedBatchLeavesTheEngineToBeClosed() throws Exception {
        try (WorkerHandle engine = launch(FakeWorker.spec("on-batch=hang"));
                BatchDriver driver = engine.open(LONG, false)) {
            Thread.currentThread().interrupt();

            assertThat(catchThrowableOfType(InterruptedException.class, () -> driver.generate(requests(1))))
                    .isNotNull();
        }
        assertNothingIsLeft();
    }

    private WorkerHandle launch(EngineSpec spec) throws EngineException, InterruptedException {
        return (WorkerHandle) new LocalLauncher(SHORT).launch(spec, request(LONG));
    }

    private EngineFailure startFailure(EngineSpec spec, Duration readyTimeout) {
        EngineException thrown = catchThrowableOfType(
                EngineException.class,
                () -> new LocalLauncher().launch(spec, request(readyTimeout)).close());
        assertThat(thrown).as("the start fails").isNotNull();
        return thrown.failure();
    }

    private static EngineFailure failureOf(BatchDriver driver) {
        EngineException thrown = catchThrowableOfType(EngineException.class, () -> driver.generate(requests(3)));
        assertThat(thrown).as("the batch fails").isNotNull();
        return thrown.failure();
    }

    /** Request i has two tokens and asks for 8 + i. */
    private static List<InferenceRequest> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new InferenceRequest(
                        "0",
                        i,
                        "00",
                        Prompt.ofTokens(i, 5),
                        8 + i,
                        true,
                        Map.of("temperature", 0.0),
                        Endpoint.COMPLETIONS,
                        0,
                        LONG.toNanos()))
                .toList();
    }

    private Request request(Duration readyTimeout) {
        UnaryOperator<ProcessSpec> watch = process -> {
            process.argv().stream()
                    .filter(argument -> argument.contains("dyno-worker-"))
                    .forEach(argument -> sockets.add(Path.of(argument)));
            return process;
        };
        return new Request(folder.resolve("engine.log"), readyTimeout, watch, progress::add);
    }

    private Path privateFolder() {
        assertThat(sockets).as("the socket that the worker was told").hasSize(1);
        return sockets.get(0).getParent();
    }

    private List<Long> pids() throws IOException {
        return FakeEngine.pids(Files.readAllLines(folder.resolve("engine.log")));
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(pids()).as("started processes").isNotEmpty();
        assertThat(Alive.after(GONE, pids()))
                .as("alive though they should have ended")
                .isEmpty();
        assertThat(privateFolder()).as("the private folder").doesNotExist();
    }
}
