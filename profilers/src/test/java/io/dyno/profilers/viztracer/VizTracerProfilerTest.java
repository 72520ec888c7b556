package io.dyno.profilers.viztracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.GpuUse;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.Profilers;
import io.dyno.profilers.EngineOfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class VizTracerProfilerTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "MainProcess, , true, rank0",
        "MainProcess, 3, true, rank3",
        "EngineCore, , true, rank0-enginecore",
        "MainProcess, , false, server",
        "EngineCore_DP1, , false, server-enginecore-dp1",
        "VllmWorker-1, , false, server-vllmworker-1"
    })
    void eachTraceIsNamedByItsProcessAndRank(String process, String rank, boolean offline, String name) {
        assertThat(VizTracerProfiler.name(new Orders.Answer(1, process, rank, true, null, false, null), offline))
                .isEqualTo(name);
    }

    @Test
    void itIsInNoScoredFork() throws Exception {
        assertThat(profiler().intrusion()).isEqualTo(Profiler.Intrusion.ALWAYS);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPackageThatIsMissingIsSaidBeforeTheStartWithTheLineThatInstallsIt() throws IOException {
        Path python = script("exit 3");

        Profilers found = Profilers.onClassPath();
        assertThatThrownBy(() -> found.check(found.create(List.of("viztracer")), vllm(python)))
                .isInstanceOf(ProfilerException.class)
                .hasMessage(
                        "profiler \"viztracer\" is not supported here: the Python of this vLLM has no package viztracer;"
                                + " install it: " + python + " -m pip install viztracer");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPackageThatIsThereIsEnough() throws Exception {
        Profilers found = Profilers.onClassPath();
        List<Profilers.Named> made = found.create(List.of("viztracer"));
        EngineChoice engine = vllm(script("exit 0"));
        assertThatCode(() -> found.check(made, engine)).doesNotThrowAnyException();
    }

    @Test
    void whatVizTracerRecordsFollowsTheOptions() {
        assertThat(new VizTracerProfiler.Recording(500, 20, 3, false, true).json())
                .isEqualTo(
                        "{\"tracer_entries\":500,\"max_stack_depth\":20,\"min_duration\":3,\"ignore_c_function\":true,"
                                + "\"log_torch\":true,\"dump_raw\":true,\"file_info\":false}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"traceEvents\": [{\"ph\": \"M\"}, {\"ph\": \"X\"}], \"viztracer_metadata\": {\"overflow\": false}} | 2 | false",
                "{\"viztracer_metadata\": {\"version\": \"1.1\", \"overflow\": true}, \"traceEvents\": []} | 0 | true",
            })
    void aTraceTellsItsEventsAndWhetherSomeWereLost(String text, long events, boolean overflow) throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), text);

        assertThat(VizTrace.read(file)).isEqualTo(new VizTrace(events, overflow));
    }

    @Test
    void aTraceThatIsCutOffIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), "{\"traceEvents\": [{");

        assertThatThrownBy(() -> VizTrace.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("x.json is no whole trace");
    }

    private static final long THIS = ProcessHandle.current().pid();

    /** The engine's processes are this one, which answers, and one that takes no signal, as while its main thread is in C code. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatTakesNoOrderCostsTheOthersNothingAndIsNamed() throws Exception {
        Process deaf = new ProcessBuilder("sleep", "60").start();
        try {
            Profiler profiler = impatient();
            Path hook = start(profiler);
            Files.createFile(hook.resolve(deaf.pid() + ""));
            says(hook, 1, "\"traced\": true");
            trace(hook, "{\"traceEvents\": [{}, {}]}");

            profiler.start(iteration());
            profiler.stop();

            String why = "process " + deaf.pid() + " had not answered to start after 1 s";
            assertThat(profiler.pointEnded()).hasSize(2).allSatisfy(result -> {
                assertThat(result.value().score()).as("of some processes only").isNull();
                assertThat(result.value().reason()).startsWith(why);
            });
            assertThat(profiler.notes()).singleElement().asString().contains(why);
            assertThat(profiler.engineStopped())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("viztracer-Chat-0123456789ab-f1-a1-p0-server.json");
            assertThat(hook).doesNotExist();
        } finally {
            deaf.destroyForcibly();
        }
    }

    @Test
    void whatNoProcessCouldDoFailsWithItsReason() throws Exception {
        Profiler profiler = impatient();
        Path hook = start(profiler);
        says(hook, 1, "\"traced\": false, \"error\": \"ImportError: no viztracer\"");

        assertThatThrownBy(() -> profiler.start(iteration()))
                .isInstanceOf(IOException.class)
                .hasMessage("VizTracer runs in no process of the engine: process " + THIS
                        + " (MainProcess): ImportError: no viztracer");
    }

    @Test
    void aTraceThatIsCutOffIsListedAndSaid() throws Exception {
        Profiler profiler = impatient();
        Path hook = start(profiler);
        says(hook, 1, "\"traced\": true");
        trace(hook, "{\"traceEvents\": [{}");
        profiler.start(iteration());

        assertThatThrownBy(profiler::stop)
                .hasMessageContaining("no process of the engine left a whole trace")
                .hasMessageContaining("p0-server.json is no whole trace")
                .hasMessageContaining("engine.log");
        assertThat(profiler.engineStopped()).hasSize(1);
    }

    /** The profiler is told of no pointEnded once it has failed. */
    @Test
    void whatAFailedForkFoundIsInNoOther() throws Exception {
        Profiler profiler = impatient();
        Path hook = start(profiler);
        says(hook, 1, "\"traced\": true");
        trace(hook, "{\"traceEvents\": []}");
        profiler.start(iteration());
        profiler.stop(); // and then the point fails
        List<Path> unused = profiler.engineStopped();

        start(profiler);

        assertThat(profiler.pointEnded()).isEmpty();
        assertThat(profiler.engineStopped()).isEmpty();
    }

    @Test
    void anEngineThatNeverBecameReadyLeavesNoFolder() throws Exception {
        Profiler profiler = impatient();
        profiler.engineStarting(engine(), new GpuUse(null, 0));
        Path hook = folder.resolve("viztracer-Chat-0123456789ab-f1-a1");
        assertThat(hook.resolve("sitecustomize.py")).exists();

        assertThat(profiler.engineStopped()).isEmpty();
        assertThat(hook).doesNotExist();
    }

    private static Profiler impatient() {
        return new VizTracerProfiler(
                1,
                new VizTracerProfiler.Recording(500, -1, 0, true, false),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1));
    }

    /** Up to where a point begins; in the engine there is one process, this one. */
    private Path start(Profiler profiler) throws Exception {
        profiler.engineStarting(engine(), new GpuUse(null, 0));
        Path hook = folder.resolve("viztracer-Chat-0123456789ab-f1-a1");
        profiler.engineReady(new EngineOfTest());
        profiler.pointStarted(iteration().point());
        Files.createFile(hook.resolve(THIS + ""));
        return hook;
    }

    private static void says(Path hook, int number, String fields) throws IOException {
        Files.writeString(hook.resolve(THIS + "." + number), "{\"name\": \"MainProcess\", " + fields + "}");
    }

    /** What this process answers to the stop. */
    private static void trace(Path hook, String text) throws IOException {
        Path file = Files.writeString(hook.resolve(THIS + ".json"), text);
        says(hook, 2, "\"traced\": true, \"file\": \"" + file + "\"");
    }

    private Profiler.EngineContext engine() {
        EngineConfiguration configuration = new EngineConfiguration(
                "0123456789ab",
                "com.acme.Chat",
                EngineConfiguration.Kind.SERVER,
                Map.of(),
                null,
                new Topology(1, 1, 1, 1, 1, 1),
                1,
                0,
                List.of());
        return new Profiler.EngineContext("com.acme.Chat", configuration, 1, 1, folder);
    }

    private Profiler.ProfiledIteration iteration() {
        return new Profiler.ProfiledIteration(
                new Profiler.PointContext("com.acme.Chat", "0123456789ab", 1, 1, folder), new EngineOfTest(), 0);
    }

    private Profiler profiler() throws ProfilerException {
        return Profilers.onClassPath().create(List.of("viztracer")).get(0).profiler();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePackageIsLookedForInTheEnvironmentOfTheEngine() throws Exception {
        Path python = script("[ \"$PYTHONPATH\" = /where/it/is ]");
        Profilers found = Profilers.onClassPath();
        List<Profilers.Named> made = found.create(List.of("viztracer"));

        EngineChoice with = vllm(python).with("PYTHONPATH", "/where/it/is");
        assertThatCode(() -> found.check(made, with)).doesNotThrowAnyException();
        assertThatThrownBy(() -> found.check(made, vllm(python))).isInstanceOf(ProfilerException.class);
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private static EngineChoice vllm(Path python) {
        return new EngineChoice(
                EngineKind.VLLM,
                List.of("/venv/bin/vllm"),
                List.of(python.toString()),
                Map.of(),
                List.of(),
                List.of(),
                "for a test");
    }
}
