package io.dyno.profilers.viztracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.Profilers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(VizTracerProfiler.name(new Orders.Answer(1, process, rank, true, null, false), offline))
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

    private Profiler profiler() throws ProfilerException {
        return Profilers.onClassPath().create(List.of("viztracer")).get(0).profiler();
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
