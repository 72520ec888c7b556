package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.GpuUse;
import io.dyno.metrics.Window;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

    private static final GpuUse NO_GPUS = new GpuUse(null, 0);

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
        EngineHandle engine = new EngineOfTest(null, () -> {
            write("dp0_pp0_tp0_dcp0_ep0_rank0", TRACE);
            write("dp0_pp0_tp1_dcp0_ep0_rank1", TRACE);
            write("h_1.async_llm", TRACE);
            table("dp0_pp0_tp0_dcp0_ep0_rank0.profiler_out.txt", "vLLM's own table");
            table("h_1.async_llm.profiler_out.txt", "\n");
        });
        List<ProfilerResult> results = profiled(profiler, engine, 2);

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

        profiled(profiler, engine("rank7"), 1);

        assertThat(profiler.engineStopped())
                .extracting(file -> file.getFileName().toString())
                .anyMatch(name -> name.contains("rank7"))
                .noneMatch(name -> name.contains("rank0"));
    }

    @Test
    void aCutOffTraceIsListedAllTheSame() throws Exception {
        Profiler profiler = profiler("torch");
        EngineHandle engine = new EngineOfTest(null, () -> write("rank0", "{\"traceEvents\": ["));

        assertThatThrownBy(() -> profiled(profiler, engine, 1)).hasMessageContaining("is no whole trace");
        assertThat(profiler.engineStopped()).hasSize(1);
    }

    @Test
    void oneTraceThatIsCutOffCostsNoOtherItsPlaceInListAndTable() throws Exception {
        Profiler profiler = profiler("torch");
        EngineHandle engine = new EngineOfTest(null, () -> {
            write("rank0", "{\"traceEvents\": [");
            write("rank1", TRACE);
        });

        assertThatThrownBy(() -> profiled(profiler, engine, 2))
                .hasMessageContaining("p1-rank0.pt.trace.json is no whole trace")
                .hasMessageNotContaining("rank1");
        assertThat(profiler.engineStopped())
                .extracting(TorchProfilerTest::ending)
                .containsExactlyInAnyOrder("rank0.pt.trace.json", "rank1.pt.trace.json", "operators.txt");
        assertThat(folder.resolve("torch-Chat-0123456789ab-f2-a1-p1-operators.txt"))
                .content()
                .contains("rank1: ")
                .contains("aten::mm");
    }

    /** vLLM logs "Failed to start profiler" and answers that all went well. */
    @Test
    void aRankWithoutATraceFailsTheProfileButNotWhatTheOthersLeft() throws Exception {
        Profiler profiler = impatient();
        EngineHandle engine = engine("h_1.async_llm", "dp0_pp0_tp0_dcp0_ep0_rank0");

        assertThatThrownBy(() -> profiled(profiler, engine, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("traces of 1 of 2 ranks; missing: rank1")
                .hasMessageContaining("engine.log");
        assertThat(profiler.engineStopped())
                .extracting(TorchProfilerTest::ending)
                .containsExactlyInAnyOrder("frontend.pt.trace.json", "rank0.pt.trace.json", "operators.txt");
    }

    @Test
    void theServersOwnTraceIsNoneOfTheModels() throws Exception {
        assertThatThrownBy(() -> profiled(impatient(), engine("h_1.async_llm"), 1))
                .hasMessageContaining("traces of 0 of 1 ranks; missing: rank0");
    }

    @Test
    void noTraceAtAllIsToldWithTheEnginesLog() throws Exception {
        assertThatThrownBy(() -> profiled(impatient(), engine(), 1))
                .hasMessageContaining("traces of 0 of 1 ranks")
                .hasMessageContaining("engine.log");
    }

    @Test
    void aTraceThatAppearsAfterTheAnswerIsWaitedFor() throws Exception {
        Profiler profiler = profiler("torch");
        CompletableFuture<Void> second = new CompletableFuture<>();
        EngineHandle engine = new EngineOfTest(null, () -> {
            write("rank0", TRACE);
            second.completeAsync(
                    () -> {
                        write("rank1", TRACE);
                        return null;
                    },
                    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
        });

        assertThat(profiled(profiler, engine, 2)).isNotEmpty();
        assertThat(second).isCompleted();
    }

    /** The profiler is told of no pointEnded once it has failed. */
    @Test
    void whatAFailedForkFoundIsInNoOther() throws Exception {
        Profiler profiler = profiler("torch");
        Profiler.PointContext first = point("111111111111");
        profiler.engineStarting(context(0, 1), NO_GPUS);
        EngineHandle failing = engine("rank0");
        profiler.engineReady(failing);
        profiler.pointStarted(first);
        profiler.start(new Profiler.ProfiledIteration(first, failing, 0));
        profiler.stop(); // and then the point fails

        profiler.engineStopped();
        Profiler.PointContext second = point("222222222222");
        profiler.engineStarting(context(1, 1), NO_GPUS);
        profiler.engineReady(engine());
        profiler.pointStarted(second);

        assertThat(profiler.pointEnded()).isEmpty();
        assertThat(profiler.engineStopped()).isEmpty();
    }

    @Test
    void anEngineThatNeverBecameReadyListsNothingOfTheOneBefore() throws Exception {
        Profiler profiler = profiler("torch");
        profiled(profiler, engine("rank0"), 1);
        assertThat(profiler.engineStopped()).isNotEmpty();

        profiler.engineStarting(context(1, 1), NO_GPUS);

        assertThat(profiler.engineStopped()).isEmpty();
    }

    @Test
    void tablesOfOlderVersionsAreKeptToo() throws Exception {
        Profiler profiler = profiler("torch");
        EngineHandle engine = new EngineOfTest(null, () -> {
            write("h_1.async_llm", TRACE);
            write("h_2", TRACE);
            table("profiler_out_0.txt", "vLLM's own table");
        });

        profiled(profiler, engine, 1);

        assertThat(profiler.engineStopped())
                .extracting(TorchProfilerTest::ending)
                .containsExactlyInAnyOrder(
                        "frontend.pt.trace.json", "pid2.pt.trace.json", "rank0.profiler_out.txt", "operators.txt");
        assertThat(folder.resolve("torch")).doesNotExist();
    }

    @Test
    void aTableFromBeforeIsNotTakenForThisIterations() throws Exception {
        Files.createDirectory(folder.resolve("torch"));
        table("rank0.profiler_out.txt", "of another engine");
        Profiler profiler = profiler("torch");

        profiled(profiler, engine("rank0"), 1);

        assertThat(profiler.engineStopped())
                .extracting(TorchProfilerTest::ending)
                .containsExactlyInAnyOrder("rank0.pt.trace.json", "operators.txt");
    }

    /** The answer to the stop did not come in time, and the engine was ended. */
    @Test
    void whatVllmWroteTooLateIsListedAndTheFolderIsGone() throws Exception {
        Profiler profiler = profiler("torch");
        EngineHandle engine = new EngineOfTest(null, () -> {
            throw new IllegalStateException("no answer in time");
        });
        assertThatThrownBy(() -> profiled(profiler, engine, 1)).hasMessage("no answer in time");

        write("rank0", TRACE);
        table("rank0.profiler_out.txt", "vLLM's own table");

        assertThat(profiler.engineStopped())
                .extracting(TorchProfilerTest::ending)
                .containsExactlyInAnyOrder("late-rank0.1763879400123456789.pt.trace.json", "rank0.profiler_out.txt");
        assertThat(folder.resolve("torch")).doesNotExist();
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

    /** It does not wait long for files that never come. */
    private static Profiler impatient() {
        return new TorchProfiler(new TorchOptions(1, 20, Duration.ofSeconds(1), Map.of()), Duration.ofMillis(500));
    }

    private Profiler.EngineContext context(int fork) {
        return context(fork, 1);
    }

    private Profiler.EngineContext context(int fork, int ranks) {
        EngineConfiguration configuration = new EngineConfiguration(
                "0123456789ab",
                "com.acme.Chat",
                EngineConfiguration.Kind.SERVER,
                Map.of(),
                null,
                new Topology(ranks, 1, 1, 1, 1, ranks),
                1,
                0,
                List.of());
        return new Profiler.EngineContext("com.acme.Chat", configuration, fork, 1, folder);
    }

    private Profiler.PointContext point(String id) {
        return new Profiler.PointContext("com.acme.Chat", id, 2, 1, folder);
    }

    private List<ProfilerResult> profiled(Profiler profiler, EngineHandle engine, int ranks) throws Exception {
        Profiler.PointContext point = point("0123456789ab");
        profiler.engineStarting(context(2, ranks), NO_GPUS);
        profiler.engineReady(engine);
        profiler.pointStarted(point);
        profiler.start(new Profiler.ProfiledIteration(point, engine, 1));
        profiler.stop();
        return profiler.pointEnded();
    }

    /** What follows the iteration in a file's name. */
    private static String ending(Path file) {
        return file.getFileName().toString().replaceFirst(".*-p\\d-", "");
    }

    private EngineHandle engine(String... workers) {
        return new EngineOfTest(null, () -> Stream.of(workers).forEach(worker -> write(worker, TRACE)));
    }

    private void table(String name, String text) {
        try {
            Files.writeString(folder.resolve("torch").resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String worker, String text) {
        try {
            Files.writeString(folder.resolve("torch/" + worker + ".1763879400123456789.pt.trace.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
