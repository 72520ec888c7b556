package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.ParentWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However Dyno ends, nothing that it started is alive 15 s later: not the engine, not its stray grandchild, not the keeper. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DynoEndsTest {
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final long SIGINT_BIT = 1L << (2 - 1);

    @TempDir
    Path folder;

    private Process started;
    private long dyno;
    private List<Long> pids;

    /** Stands for Dyno: starts an engine, says so, and waits for its own end. */
    static final class Dyno {
        private Dyno() {}

        public static void main(String[] args) throws Exception {
            ParentWatch.start(() -> Runtime.getRuntime().halt(1));
            Request request =
                    new Request(Path.of(args[0]), Duration.ofSeconds(60), UnaryOperator.identity(), phase -> {});
            EngineHandle engine = new LocalLauncher().launch(FakeEngine.spec("grandchild"), request);
            System.out.println("dyno " + ProcessHandle.current().pid() + " " + engine.pids());
            new CountDownLatch(1).await();
        }
    }

    /** A shell starts Dyno in the background, as scripts do: it ignores SIGINT from then on. SIGHUP it hears, though these tests run under nohup. */
    @BeforeEach
    void startDynoInABackgroundShell() throws Exception {
        Path log = folder.resolve("engine.log");
        List<String> argv =
                new ArrayList<>(List.of("env", "--default-signal=HUP", "bash", "-c", "\"$@\" & wait", "background"));
        argv.addAll(FakeEngine.java(Dyno.class));
        argv.add(log.toString());
        started = new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
        String ready = CompletableFuture.supplyAsync(() -> firstLine(out)).get(60, TimeUnit.SECONDS);
        assertThat(ready).as("Dyno says that its engine is ready").startsWith("dyno ");
        dyno = Long.parseLong(ready.split(" ", -1)[1]);
        pids = new ArrayList<>(FakeEngine.pids(Files.readAllLines(log)));
        assertThat(pids).as("engine and grandchild").hasSize(2);
        pids.add(parentOf(pids.get(0))); // the keeper
    }

    @AfterEach
    void endAll() {
        started.destroyForcibly();
        ProcessHandle.of(dyno).ifPresent(ProcessHandle::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "HUP"})
    void aSignalToDynoEndsAll(String signal) throws Exception {
        send(signal, dyno);

        assertThat(Alive.after(GONE, pids)).isEmpty();
    }

    @Test
    void theEndOfDynosParentEndsAll() throws Exception {
        send("KILL", started.pid());

        assertThat(Alive.after(GONE, pids)).isEmpty();
    }

    @Test
    void theEndOfTheKeeperByATerminateSignalEndsAll() throws Exception {
        send("TERM", pids.get(2));

        assertThat(Alive.after(GONE, pids)).isEmpty();
    }

    @Test
    void aKeyPressInDynosTerminalReachesDynoAlone() {
        assertThat(pids).extracting(pid -> stat(pid, GROUP)).doesNotContain(stat(dyno, GROUP));
    }

    /** Kernels share out cores by session where autogroups are on: an engine in another one takes Dyno's turns. */
    @Test
    void dynoAndItsEngineAreOneSessionToTheKernelsScheduler() {
        assertThat(List.of(pids.get(0), pids.get(2)))
                .as("engine and keeper")
                .extracting(pid -> stat(pid, SESSION))
                .containsOnly(stat(dyno, SESSION));
    }

    @Test
    void anEngineOfABackgroundedDynoHearsSigint() throws Exception {
        assertThat(ignoredSignals(dyno) & SIGINT_BIT)
                .as("Dyno ignores SIGINT, as the shell made it")
                .isNotZero();
        assertThat(ignoredSignals(pids.get(0)) & SIGINT_BIT)
                .as("the engine ignores SIGINT")
                .isZero();
    }

    private static String firstLine(BufferedReader out) {
        try {
            return out.readLine();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(String signal, long pid) throws Exception {
        int code = new ProcessBuilder("bash", "-c", "kill -" + signal + " " + pid)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).as("kill -%s", signal).isZero();
    }

    private static long parentOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    /** A field of /proc/PID/stat, counted from the one after the name. */
    private static String stat(long pid, int field) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[field];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static long ignoredSignals(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
