package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.PatientProgram;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An engine under a program that must not be killed while it writes: in whatever way the engine ends, what is written is whole. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PatientEngineTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration GONE = Duration.ofSeconds(15);

    /** One second in all; the engine below a patient program is killed after 1.5 s. */
    private static final Graces SHORT =
            new Graces(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(1));

    /** Longer than all graces. */
    private static final int TWO_SECONDS = 20;

    private static final int HALF_A_SECOND = 5;
    private static final int FOREVER = 10_000;

    private static final List<String> ASKED = List.of("INT", "engine ended", "written");

    @TempDir
    Path folder;

    private PatientProgram nsys;
    private final List<Long> pids = new ArrayList<>();

    @BeforeEach
    void installNsys() throws IOException {
        nsys = new PatientProgram(folder);
    }

    @AfterEach
    void endAll() {
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Test
    void itIsWaitedForLongerThanAnEngine() throws Exception {
        EngineHandle engine = launch(FakeEngine.spec("grandchild"), TWO_SECONDS, true, LONG);

        engine.close();

        assertThat(nsys.report()).containsExactly("begin", "end");
        assertThat(nsys.diary()).isEqualTo(ASKED);
        assertThat(engine.unfinished()).isEmpty();
        assertThat(engine.died()).isNotDone();
        assertNothingIsLeft();
    }

    @Test
    void anEngineThatGoesOnIsEndedBelowIt() throws Exception {
        EngineHandle engine = launch(FakeEngine.deafSpec("grandchild"), HALF_A_SECOND, false, LONG);

        engine.close();

        assertThat(nsys.diary()).isEqualTo(ASKED);
        assertThat(engine.unfinished()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void anEngineThatDiesIsReportedAtOnceAndWhatItLeftIsWritten() throws Exception {
        EngineHandle engine = launch(FakeEngine.spec("grandchild"), TWO_SECONDS, true, LONG);
        post(engine.baseUrl().resolve("/die"));

        EngineFailure failure = engine.died().get(5, TimeUnit.SECONDS);
        engine.close();

        assertThat(failure.type()).isEqualTo(FailureClass.SERVER_CRASH);
        assertThat(failure.message()).isEqualTo("the engine ended below nsys, which goes on, while it was in use");
        assertThat(nsys.diary())
                .as("it writes already when the engine is closed, and is not disturbed")
                .containsExactly("engine ended", "written");
        assertThat(engine.unfinished()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void itIsNotKilledWhenTheStartFailed() throws Exception {
        assertThatThrownBy(() -> launch(FakeEngine.spec("unhealthy"), HALF_A_SECOND, true, LONG, Duration.ofSeconds(3)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("not ready within 3.0 s");

        assertThat(nsys.diary()).isEqualTo(ASKED);
        pids.addAll(FakeEngine.pids(Files.readAllLines(log())));
        assertNothingIsLeft();
    }

    @Test
    void anOfflineEngineIsEndedThroughIt() throws Exception {
        EngineHandle engine = launch(FakeWorker.spec("grandchild"), HALF_A_SECOND, true, LONG);

        engine.close();

        assertThat(nsys.diary()).isEqualTo(ASKED);
        assertNothingIsLeft();
    }

    @Test
    void oneWhosePatienceRunsOutGoesOnAloneAndTheEngineDoesNot() throws Exception {
        EngineHandle engine = launch(FakeEngine.deafSpec("grandchild"), FOREVER, false, Duration.ofSeconds(3));
        long program = engine.pids().get(0);
        long keeper = parentOf(program);

        engine.close();

        assertThat(engine.unfinished().orElseThrow())
                .contains("nsys, pid " + program + ", has not ended 3 s after it was asked to")
                .endsWith("still writes " + folder.resolve("report"));
        assertThat(program).matches(Alive::alive);
        assertThat(keeper).matches(Alive::alive);
        assertThat(Alive.after(GONE, FakeEngine.pids(Files.readAllLines(log()))))
                .as("the engine and its grandchild")
                .isEmpty();

        ProcessHandle.of(program).orElseThrow().destroyForcibly(); // as a user may
        assertThat(Alive.after(GONE, List.of(program, keeper))).isEmpty();
    }

    @Test
    void anInterruptLeavesItToTheKeeper() throws Exception {
        EngineHandle engine = launch(FakeEngine.spec(), TWO_SECONDS, true, LONG);
        Thread closing = new Thread(engine::close);
        closing.start();
        assertThat(Alive.await(LONG, () -> said("engine ended"))).isTrue();

        closing.interrupt();
        closing.join(2_000);

        assertThat(closing.isAlive()).isFalse();
        assertThat(engine.unfinished()).isPresent();
        assertNothingIsLeft();
        assertThat(nsys.diary()).isEqualTo(ASKED);
    }

    @Test
    void oneThatEndedBySignalWhileTheEngineWasInUseIsTold() throws Exception {
        EngineHandle engine = launch(FakeEngine.spec(), FOREVER, true, LONG);
        ProcessHandle.of(engine.pids().get(0)).orElseThrow().destroyForcibly();
        assertThat(engine.died().get(5, TimeUnit.SECONDS).message()).contains("SIGKILL");

        engine.close();

        assertThat(engine.unfinished().orElseThrow()).startsWith("nsys was ended by SIGKILL");
        assertNothingIsLeft();
    }

    @Test
    void theEndOfTheKeeperIsNotItsEnd() throws Exception {
        EngineHandle engine = launch(FakeEngine.spec(), TWO_SECONDS, true, LONG);
        ProcessHandle.of(parentOf(engine.pids().get(0))).orElseThrow().destroyForcibly();

        assertThat(engine.died().get(5, TimeUnit.SECONDS).message()).contains("keeper");
        engine.close();

        assertNothingIsLeft();
        assertThat(nsys.diary()).containsExactly("engine ended", "written");
    }

    /** Stands for Dyno: starts an engine, and closes it when it is told to end. */
    static final class Dyno {
        private Dyno() {}

        public static void main(String[] args) throws Exception {
            PatientProgram nsys = new PatientProgram(Path.of(args[0]));
            Request request = new Request(
                    Path.of(args[0], "engine.log"),
                    LONG,
                    process -> nsys.around(process, 3 * TWO_SECONDS, true, LONG),
                    phase -> {});
            EngineHandle engine = new LocalLauncher(SHORT).launch(FakeEngine.spec("grandchild"), request);
            Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
            System.out.println("ready " + engine.pids().get(0));
            new CountDownLatch(1).await();
        }
    }

    @Test
    void aDynoThatIsToldToEndLeavesItAndSaysSo() throws Exception {
        Process dyno = startDyno();

        dyno.destroy();

        assertThat(dyno.waitFor(5, TimeUnit.SECONDS)).as("Dyno ends").isTrue();
        assertThat(Files.readString(folder.resolve("err")))
                .contains("dyno: nsys, pid " + pids.get(0) + ", still writes " + folder.resolve("report")
                        + "; it goes on without Dyno, and its keeper, pid " + pids.get(1) + ", ends with it");
        assertThat(nsys.report()).containsExactly("begin");
        assertNothingIsLeft();
        assertThat(nsys.diary()).isEqualTo(ASKED);
    }

    @Test
    void aDynoThatIsKilledLeavesItAndItsEngineEnds() throws Exception {
        Process dyno = startDyno();

        dyno.destroyForcibly();

        assertNothingIsLeft();
        assertThat(nsys.diary()).isEqualTo(ASKED);
        assertThat(nsys.report()).containsExactly("begin", "end");
    }

    private Process startDyno() throws IOException {
        List<String> argv = new ArrayList<>(FakeEngine.java(Dyno.class));
        argv.add(folder.toString());
        Process dyno = new ProcessBuilder(argv)
                .redirectError(folder.resolve("err").toFile())
                .start();
        String ready = dyno.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(ready).as(Files.readString(folder.resolve("err"))).startsWith("ready ");
        long program = Long.parseLong(ready.split(" ", -1)[1]);
        pids.addAll(List.of(program, parentOf(program)));
        pids.addAll(FakeEngine.pids(Files.readAllLines(log())));
        return dyno;
    }

    private EngineHandle launch(EngineSpec spec, int tenths, boolean ends, Duration patience) throws Exception {
        return launch(spec, tenths, ends, patience, LONG);
    }

    private EngineHandle launch(EngineSpec spec, int tenths, boolean ends, Duration patience, Duration readyTimeout)
            throws Exception {
        Request request =
                new Request(log(), readyTimeout, process -> nsys.around(process, tenths, ends, patience), phase -> {});
        EngineHandle engine = new LocalLauncher(SHORT).launch(spec, request);
        pids.addAll(engine.pids());
        pids.addAll(FakeEngine.pids(Files.readAllLines(log())));
        return engine;
    }

    private boolean said(String line) {
        try {
            return nsys.diary().contains(line);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertNothingIsLeft() {
        assertThat(pids).isNotEmpty();
        assertThat(Alive.after(GONE, pids))
                .as("alive though they should have ended")
                .isEmpty();
    }

    private Path log() {
        return folder.resolve("engine.log");
    }

    private static long parentOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    private static void post(URI uri) {
        CompletableFuture<HttpResponse<Void>> unused = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
