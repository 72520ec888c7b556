package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.dyno.EngineInfo;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of engines that behave and of those that do not. Real processes behind real keepers. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalLauncherTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final Graces SHORT =
            new Graces(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(30));

    @TempDir
    Path folder;

    private final List<HttpServer> foreign = new ArrayList<>();
    private final List<StartupPhase> progress = new CopyOnWriteArrayList<>();

    @AfterEach
    void endForeignServers() {
        foreign.forEach(server -> server.stop(0));
    }

    @Test
    void aHealthyEngineBecomesReadyAndIsGoneAfterClose() throws Exception {
        EngineHandle engine = new LocalLauncher().launch(FakeEngine.spec("grandchild"), request(LONG));
        List<Long> pids = FakeEngine.pids(logLines());
        try (engine) {
            assertThat(engine.info())
                    .isEqualTo(new EngineInfo(engine.baseUrl().toString(), FakeEngine.MODEL, "0.32.0", false));
            assertThat(engine.startup()).extracting(StartupPhase::name).containsExactly("weights", "kv-cache", "ready");
            assertThat(engine.startup()).isEqualTo(progress);
            assertThat(engine.inForce().values()).containsExactly(Map.entry("kv_cache_size_tokens", "412160"));
            assertThat(engine.inForce().from()).containsExactly(Map.entry("log", List.of("kv_cache_size_tokens")));
            assertThat(engine.resetPrefixCache()).isTrue();
            assertThat(engine.pids()).containsExactly(pids.get(0));
            assertThat(pids).as("the engine and its grandchild").hasSize(2).allMatch(Alive::alive);
            assertThat(logLines()).as("env reaches the engine as written").contains("FAKE_SETTING is a b<LF>$c\t\"d\"");
        }
        assertThat(Alive.after(Duration.ZERO, pids)).isEmpty();
        assertThat(engine.died()).as("asked to end, it did not die").isNotDone();
        engine.close(); // does nothing the second time
    }

    @Test
    void anEngineThatExitsAtOnceIsReportedWithCodeClassLineAndLastLines() throws Exception {
        Files.writeString(log(), "an earlier start: CUDA out of memory\n");

        EngineFailure failure = failureOf(FakeEngine.spec("exit=3", "grandchild"), LONG);

        assertThat(failure.type()).isEqualTo(FailureClass.OOM_GPU);
        assertThat(failure.message()).startsWith("the engine ended with exit code 3 before it was ready");
        assertThat(failure.line()).isEqualTo("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.11 GiB");
        assertThat(failure.lineNumber()).isEqualTo(logLines().indexOf(failure.line()) + 1);
        assertThat(failure.lastLines()).hasSize(5).endsWith("see above for the root cause");
        assertThat(failure.log()).isEqualTo(log());
        assertNothingIsLeft();
    }

    @Test
    void anEngineThatExitsInTheMiddleIsReportedWithinFiveSeconds() throws Exception {
        try (EngineHandle engine = new LocalLauncher().launch(FakeEngine.spec("grandchild"), request(LONG))) {
            CompletableFuture<HttpResponse<Void>> cut = post(engine.baseUrl().resolve("/die"));

            EngineFailure failure = engine.died().get(5, TimeUnit.SECONDS);

            assertThat(failure.type()).isEqualTo(FailureClass.SERVER_CRASH);
            assertThat(failure.message()).isEqualTo("the engine ended with exit code 42 while it was in use");
            assertThat(failure.lastLines()).endsWith("the engine core has met its end");
            assertThat(cut).failsWithin(LONG);
        }
        assertNothingIsLeft();
    }

    @Test
    void anEngineKilledByASignalIsReportedWithTheSignal() throws Exception {
        try (EngineHandle engine = new LocalLauncher().launch(FakeEngine.spec(), request(LONG))) {
            ProcessHandle.of(engine.pids().get(0)).orElseThrow().destroyForcibly();

            assertThat(engine.died().get(5, TimeUnit.SECONDS).message()).contains("SIGKILL");
        }
    }

    @Test
    void anEngineThatIsNeverHealthyTimesOutAndIsGone() throws Exception {
        EngineFailure failure = failureOf(FakeEngine.spec("unhealthy", "grandchild"), Duration.ofSeconds(3));

        assertThat(failure.type()).isEqualTo(FailureClass.STARTUP_TIMEOUT);
        assertThat(failure.message()).contains("not ready within 3.0 s");
        assertNothingIsLeft();
    }

    @Test
    void aWrongModelIsAConfigurationError() throws Exception {
        EngineFailure failure = failureOf(FakeEngine.specServing("somebody/else"), LONG);

        assertThat(failure.type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(failure.message()).startsWith("the engine serves somebody/else, not fake/model");
        assertNothingIsLeft();
    }

    @Test
    void anEngineThatWantsAnotherKeyIsAConfigurationErrorThatSaysWhereToGiveIt() throws Exception {
        EngineFailure failure = failureOf(FakeEngine.spec("locked"), LONG);

        assertThat(failure.type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(failure.message()).startsWith("the engine demands a key").contains("VLLM_API_KEY");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"complains and exits", "stubborn-bind"})
    void aPortTakenInBetweenIsRetriedOnceOnAnother(String behaviour) throws Exception {
        List<Integer> taken = new ArrayList<>();
        Request request = request(LONG, process -> {
            if (taken.isEmpty()) {
                taken.add(serveForeign(portOf(process)));
            }
            return process;
        });

        try (EngineHandle engine = new LocalLauncher().launch(FakeEngine.spec(behaviour), request)) {
            assertThat(engine.baseUrl().getPort()).isNotEqualTo(taken.get(0));
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"complains and exits", "stubborn-bind"})
    void aPortTakenTwiceIsAPortConflict(String behaviour) throws Exception {
        Request request = request(LONG, process -> {
            serveForeign(portOf(process));
            return process;
        });

        EngineFailure failure = failureOf(FakeEngine.spec(behaviour), request, new LocalLauncher());

        assertThat(failure.type()).isEqualTo(FailureClass.PORT_CONFLICT);
        assertThat(foreign).as("tries").hasSize(2);
        assertNoneIsAlive(
                FakeEngine.pids(logLines())); // none is told by an engine that was stopped before its first word
    }

    @Test
    void aPortOnWhichSomebodyAnswersIsNeverTried() throws Exception {
        int used = serveForeign(0);
        List<Integer> ports = new ArrayList<>(List.of(used, Ports.free()));

        try (EngineHandle engine =
                new LocalLauncher(SHORT, () -> ports.remove(0)).launch(FakeEngine.spec(), request(LONG))) {
            assertThat(engine.baseUrl().getPort()).isNotEqualTo(used);
            assertThat(FakeEngine.pids(logLines())).as("starts").hasSize(1);
        }
    }

    @Test
    void anEngineThatIgnoresSigintAndSigtermIsKilled() throws Exception {
        EngineHandle engine = new LocalLauncher(SHORT).launch(FakeEngine.deafSpec("grandchild"), request(LONG));
        assertThat(FakeEngine.pids(logLines())).hasSize(2).allMatch(Alive::alive);

        engine.close();

        assertThat(Alive.after(Duration.ZERO, FakeEngine.pids(logLines()))).isEmpty();
    }

    @Test
    void anInterruptedStartLeavesNothing() throws Exception {
        CountDownLatch weights = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Request request = new Request(log(), LONG, UnaryOperator.identity(), phase -> weights.countDown());
        Thread thread = new Thread(() -> {
            try {
                new LocalLauncher().launch(FakeEngine.spec("unhealthy", "grandchild"), request);
            } catch (EngineException | InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        assertThat(weights.await(60, TimeUnit.SECONDS)).isTrue();

        thread.interrupt();

        assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertNothingIsLeft();
    }

    @Test
    void aProgramThatIsNotThereIsAConfigurationError() throws Exception {
        EngineFailure failure = failureOf(FakeEngine.spec(List.of("/no/such/vllm", "serve", "{port}")), LONG);

        assertThat(failure.type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(failure.message()).contains("/no/such/vllm").contains("No such file or directory");
    }

    @Test
    void anEngineWhoseKeeperIsKilledIsReportedAndEnds() throws Exception {
        try (EngineHandle engine = new LocalLauncher(SHORT).launch(FakeEngine.spec(), request(LONG))) {
            ProcessHandle.of(engine.pids().get(0))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .destroyForcibly();

            assertThat(engine.died().get(5, TimeUnit.SECONDS).message())
                    .contains("keeper")
                    .contains("killed");
            assertNothingIsLeft();
        }
    }

    private void assertNothingIsLeft() throws IOException {
        List<Long> pids = FakeEngine.pids(logLines());
        assertThat(pids).as("started processes").isNotEmpty();
        assertNoneIsAlive(pids);
    }

    private static void assertNoneIsAlive(List<Long> pids) {
        assertThat(Alive.after(GONE, pids))
                .as("alive though they should have ended")
                .isEmpty();
    }

    private EngineFailure failureOf(EngineSpec spec, Duration readyTimeout) {
        return failureOf(spec, request(readyTimeout), new LocalLauncher());
    }

    private static EngineFailure failureOf(EngineSpec spec, Request request, LocalLauncher launcher) {
        EngineException thrown = catchThrowableOfType(
                EngineException.class, () -> launcher.launch(spec, request).close());
        assertThat(thrown).as("the start fails").isNotNull();
        return thrown.failure();
    }

    private Request request(Duration readyTimeout) {
        return request(readyTimeout, UnaryOperator.identity());
    }

    private Request request(Duration readyTimeout, UnaryOperator<ProcessSpec> wrap) {
        return new Request(log(), readyTimeout, wrap, progress::add);
    }

    private Path log() {
        return folder.resolve("engine.log");
    }

    private List<String> logLines() throws IOException {
        return Files.readAllLines(log());
    }

    private static int portOf(ProcessSpec process) {
        return Integer.parseInt(process.argv().get(process.argv().indexOf(FakeEngine.class.getName()) + 1));
    }

    /** A server of somebody else that looks just like ours. */
    private int serveForeign(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.createContext("/health", exchange -> FakeEngine.answer(exchange, 200, ""));
            server.createContext(
                    "/v1/models", exchange -> FakeEngine.answer(exchange, 200, FakeEngine.models(FakeEngine.MODEL)));
            server.start();
            foreign.add(server);
            return server.getAddress().getPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CompletableFuture<HttpResponse<Void>> post(URI uri) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
