package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.profilers.EngineOfTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TorchProfilerTest {
    private static final String TRACE = """
            {"traceEvents": [{"ph": "X", "cat": "cpu_op", "name": "aten::mm", "pid": 7, "tid": 8, "ts": 0, "dur": 5000}]}
            """;

    @TempDir
    Path folder;

    @Test
    void vllmIsToldItsFolderAndWhatToRecord() throws Exception {
        List<String> arguments = profiler(
                        "torch:with_stack=true;max_iterations=50;config={\"detailed_trace_annotation\":true}")
                .engineArguments(context(0));

        assertThat(arguments).hasSize(2).first().isEqualTo("--profiler-config");
        JsonNode config = new ObjectMapper().readTree(arguments.get(1));
        assertThat(config).isEqualTo(new ObjectMapper().readTree("""
                                {"profiler": "torch", "torch_profiler_dir": "%s", "torch_profiler_with_stack": true,
                                 "torch_profiler_record_shapes": false, "torch_profiler_with_memory": false,
                                 "torch_profiler_with_flops": false, "ignore_frontend": false, "max_iterations": 50,
                                 "detailed_trace_annotation": true}
                                """.formatted(folder.resolve("torch"))));
    }

    @Test
    void theArgumentsAreTheSameInEveryFork() throws Exception {
        Profiler profiler = profiler("torch");

        assertThat(profiler.intrusion()).isEqualTo(Intrusion.WHEN_STARTED);
        assertThat(profiler.engineArguments(context(0))).isEqualTo(profiler.engineArguments(context(2)));
    }

    @Test
    void theTraceOfEachRankIsNamedListedAndRead() throws Exception {
        Profiler profiler = profiler("torch");
        Files.createDirectory(folder.resolve("torch"));
        Files.writeString(folder.resolve("torch/dp0_pp0_tp0_dcp0_ep0_rank0.profiler_out.txt"), "vLLM's own table");
        Files.writeString(folder.resolve("torch/h_1.async_llm.profiler_out.txt"), "\n");
        EngineHandle engine = engine("dp0_pp0_tp0_dcp0_ep0_rank0", "dp0_pp0_tp1_dcp0_ep0_rank1", "h_1.async_llm");
        List<ProfilerResult> results = profiled(profiler, engine);

        assertThat(profiler.engineStopped())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(
                        "torch-Chat-0123456789ab-f2-a1-p1-rank0.pt.trace.json",
                        "torch-Chat-0123456789ab-f2-a1-p1-rank1.pt.trace.json",
                        "torch-Chat-0123456789ab-f2-a1-p1-frontend.pt.trace.json",
                        "torch-Chat-0123456789ab-f2-a1-p1-rank0.profiler_out.txt",
                        "torch-Chat-0123456789ab-f2-a1-p1-operators.txt");
        assertThat(folder.resolve("torch")).as("what vLLM wrote is moved away").doesNotExist();
        assertThat(results)
                .allSatisfy(result -> assertThat(result.kind()).isEqualTo(Window.Kind.PROFILED))
                .allSatisfy(result -> assertThat(result.iteration()).isEqualTo(1))
                .extracting(result ->
                        result.value().metric().name() + " " + result.value().score())
                .containsExactly("torch.cpu_time 5.0", "torch.gpu_time null", "torch.self_time.aten::mm 5.0");
    }

    @Test
    void tracesFromBeforeAreNotTakenForNewOnes() throws Exception {
        Files.createDirectory(folder.resolve("torch"));
        Files.writeString(folder.resolve("torch/rank0.1.pt.trace.json"), TRACE);
        Profiler profiler = profiler("torch");

        profiled(profiler, engine("rank7"));

        assertThat(profiler.engineStopped())
                .extracting(file -> file.getFileName().toString())
                .anyMatch(name -> name.contains("rank7"))
                .noneMatch(name -> name.contains("rank0"));
    }

    @Test
    void aCutOffTraceIsListedAllTheSame() throws Exception {
        Profiler profiler = profiler("torch");
        EngineHandle engine = new EngineOfTest(null, () -> write("rank0", "{\"traceEvents\": ["));

        assertThatThrownBy(() -> profiled(profiler, engine)).hasMessageContaining("is no whole trace");
        assertThat(profiler.engineStopped()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torch:with_stack=yes            | with_stack must be true or false, got \"yes\"",
                "torch:config=[1]                | config must be a JSON object",
                "torch:config={\"profiler\":\"cuda\"} | config sets \"profiler\", which is Dyno's to set",
                "torch:withstack=true            | did you mean \"with_stack\"?",
            })
    void whatIsNoOptionIsRefused(String spec, String message) {
        assertThatThrownBy(() -> profiler(spec))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource(names = {"SIM", "REMOTE"})
    void whereThereIsNoVllmOfOursItIsUnsupported(EngineKind kind) {
        EngineChoice engine =
                new EngineChoice(kind, List.of(), List.of(), Map.of(), List.of(), List.of(), "for a test");

        Profilers found = Profilers.onClassPath();
        assertThatThrownBy(() -> found.check(found.create(List.of("torch")), engine))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("\"torch\" is not supported here: ");
    }

    private Profiler profiler(String spec) throws ProfilerException {
        return Profilers.onClassPath().create(List.of(spec)).get(0).profiler();
    }

    private Profiler.EngineContext context(int fork) {
        return new Profiler.EngineContext("com.acme.Chat", null, fork, 1, folder);
    }

    private List<ProfilerResult> profiled(Profiler profiler, EngineHandle engine) throws Exception {
        Profiler.PointContext point = new Profiler.PointContext("com.acme.Chat", "0123456789ab", 2, 1, folder);
        profiler.engineReady(engine);
        profiler.pointStarted(point);
        profiler.start(new Profiler.ProfiledIteration(point, engine, 1));
        profiler.stop();
        return profiler.pointEnded();
    }

    private EngineHandle engine(String... workers) {
        return new EngineOfTest(null, () -> Stream.of(workers).forEach(worker -> write(worker, TRACE)));
    }

    private void write(String worker, String text) {
        try {
            Files.writeString(folder.resolve("torch/" + worker + ".1763879400123456789.pt.trace.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
