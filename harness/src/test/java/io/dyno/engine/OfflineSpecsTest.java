package io.dyno.engine;

import static io.dyno.engine.EngineSpecsTest.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.EngineConfiguration.Kind;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.PlanRequest.GivenGpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden processes of offline engines: argv element by element, and environment. */
class OfflineSpecsTest {
    private static final String PYTHON = "/opt/venv/bin/python3";
    private static final EngineChoice VLLM = new EngineChoice(
            EngineKind.VLLM,
            List.of("/opt/venv/bin/vllm"),
            List.of(PYTHON),
            Map.of("A", "0"),
            List.of(),
            List.of(),
            "");
    private static final EngineChoice SIM = new EngineChoice(
            EngineKind.SIM, List.of("java", "Sim"), List.of("java", "Sim"), Map.of(), List.of(), List.of(), "");

    private static List<String> alone(String model, String... flags) {
        return joined(List.of(PYTHON, "{worker}", "--socket", "{socket}", "--model", model), flags);
    }

    private static List<String> underTorchrun(int processes, String model, String... flags) {
        List<String> start = List.of(
                PYTHON,
                "-m",
                "torch.distributed.run",
                "--nnodes=1",
                "--nproc-per-node=" + processes,
                "--rdzv-backend=c10d",
                "--rdzv-endpoint=127.0.0.1:{port}",
                "--rdzv-id={id}",
                "{worker}",
                "--socket",
                "{socket}",
                "--model",
                model);
        return joined(joined(start, flags), "--distributed-executor-backend", "external_launcher");
    }

    private static List<String> joined(List<String> start, String... more) {
        List<String> all = new ArrayList<>(start);
        all.addAll(List.of(more));
        return all;
    }

    /** Settings, given GPUs (0: as many as the engine needs), and the argv as it must be. */
    static Stream<Arguments> goldens() {
        return Stream.of(
                // One engine: one process, and vLLM starts its tensor-parallel workers itself. Never one engine a GPU.
                golden(0, alone("m"), set("model", "m")),
                golden(0, alone("m", "--tensor-parallel-size", "8"), set("model", "m"), set("tp", "8")),
                golden(
                        0,
                        alone("m", "--tensor-parallel-size", "4", "--pipeline-parallel-size", "2"),
                        set("model", "m"),
                        set("tp", "4"),
                        set("pp", "2")),
                // Eight given GPUs and no sizes: eight replicas, told so to torchrun and to vLLM.
                golden(
                        8,
                        underTorchrun(8, "meta-llama/Llama-3.1-8B", "--data-parallel-size", "8"),
                        set("model", "meta-llama/Llama-3.1-8B")),
                // Expert parallelism over tensor and data parallelism, on one node.
                golden(
                        8,
                        underTorchrun(
                                8,
                                "Qwen/Qwen2-57B-A14B",
                                "--tensor-parallel-size",
                                "4",
                                "--data-parallel-size",
                                "2",
                                "--enable-expert-parallel",
                                "--gpu-memory-utilization",
                                "0.8",
                                "--all2all-backend",
                                "allgather_reducescatter"),
                        set("model", "Qwen/Qwen2-57B-A14B"),
                        set("all2allBackend", "allgather_reducescatter"),
                        set("tp", "4"),
                        set("enableExpertParallel", "true"),
                        set("gpuMemoryUtilization", "0.8")),
                // Both sizes said: eight processes, because 2·4 = 8.
                golden(
                        0,
                        underTorchrun(8, "m", "--tensor-parallel-size", "2", "--data-parallel-size", "4"),
                        set("model", "m"),
                        set("tp", "2"),
                        set("dp", "4")),
                golden(
                        0,
                        underTorchrun(
                                8,
                                "m",
                                "--tensor-parallel-size",
                                "2",
                                "--pipeline-parallel-size",
                                "2",
                                "--data-parallel-size",
                                "2"),
                        set("model", "m"),
                        set("tp", "2"),
                        set("pp", "2"),
                        set("dp", "2")));
    }

    private static Arguments golden(int gpus, List<String> argv, WrittenSetting... settings) {
        return Arguments.of(gpus, argv, settings);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theArgvIsAsItMustBe(int gpus, List<String> argv, WrittenSetting[] settings) throws PlanException {
        EngineConfiguration configuration = offline(gpus, settings);

        List<ProcessSpec> processes = EngineSpecs.of(configuration, VLLM).processes();

        assertThat(processes).as("torchrun starts the ranks").hasSize(1);
        assertThat(processes.get(0).argv())
                .isEqualTo(argv.stream()
                        .map(argument -> argument.replace("{id}", configuration.id()))
                        .toList());
    }

    @Test
    void theEnvironmentIsTheEnginesAndTheBenchmarksAndNoServersMode() throws PlanException {
        EngineConfiguration configuration = offline(0, set("model", "m"), set("env", "[\"A=1\",\"B=x=y\"]"));

        assertThat(EngineSpecs.of(configuration, VLLM).processes().get(0).env())
                .isEqualTo(Map.of("A", "1", "B", "x=y"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"WORKER", "STARTUP"})
    void offlineBenchesAndStartUpsHaveTheSameProcesses(Kind kind) throws PlanException {
        EngineSpec spec = EngineSpecs.of(of(kind, configuration(0, set("model", "m"))), VLLM);

        assertThat(spec.kind()).isEqualTo(kind);
        assertThat(spec.processes())
                .containsExactly(new ProcessSpec(0, ProcessSpec.Role.SINGLE, alone("m"), Map.of("A", "0")));
    }

    @Test
    void theSimulatorHasModesOfTheSameNames() throws PlanException {
        assertThat(EngineSpecs.of(offline(0, set("model", "m")), SIM)
                        .processes()
                        .get(0)
                        .argv())
                .containsExactly("java", "Sim", "worker", "--socket", "{socket}", "--model", "m");
        assertThat(EngineSpecs.of(offline(0, set("model", "m"), set("tp", "2"), set("dp", "2")), SIM)
                        .processes()
                        .get(0)
                        .argv())
                .startsWith("java", "Sim", "torchrun", "--nproc-per-node=4", "worker", "--socket", "{socket}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp", "ray", "uni"})
    void anotherWayToStartRanksIsRefusedWithDataParallelism(String backend) {
        assertThatThrownBy(() -> EngineSpecs.of(
                        offline(0, set("model", "m"), set("dp", "2"), set("distributed-executor-backend", backend)),
                        VLLM))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("[DYNO-114]")
                .hasMessageContaining("--distributed-executor-backend " + backend)
                .hasMessageContaining("with dp = 2")
                .hasMessageContaining("leave it out");
        assertThatThrownBy(() -> EngineSpecs.of(
                        offline(
                                0,
                                set("model", "m"),
                                set("dp", "2"),
                                set("engineArgs", "[\"--distributed_executor_backend=" + backend + "\"]")),
                        VLLM))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("--distributed-executor-backend " + backend);
    }

    @Test
    void ranksOfTorchrunAreRefusedWithoutDataParallelism() {
        assertThatThrownBy(() -> EngineSpecs.of(
                        offline(
                                0,
                                set("model", "m"),
                                set("tp", "2"),
                                set("distributed-executor-backend", "external_launcher")),
                        VLLM))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("dp = 1 as one process");
    }

    @Test
    void externalLauncherThatTheUserWroteIsNotWrittenTwice() throws PlanException {
        List<String> argv = EngineSpecs.of(
                        offline(
                                0,
                                set("model", "m"),
                                set("dp", "2"),
                                set("distributed-executor-backend", "external_launcher")),
                        VLLM)
                .processes()
                .get(0)
                .argv();

        assertThat(argv).containsOnlyOnce("--distributed-executor-backend");
    }

    @Test
    void thePythonIsTheOneOfTheExecutablesFirstLineElseTheOneBesideIt(@TempDir Path folder) throws Exception {
        Path python = executable(folder.resolve("other/python3.11"), "");
        Path script = executable(folder.resolve("bin/vllm"), "#!" + python + "\nimport vllm\n");
        Path beside = executable(folder.resolve("bin/python3"), "");
        Path wrapper = executable(folder.resolve("bin/vllm-wrapped"), "#!/usr/bin/env python3\n");
        Path alone = executable(folder.resolve("alone/vllm"), "#!/no/such/python\n");

        assertThat(InstalledVllm.python(script)).contains(python);
        assertThat(InstalledVllm.python(wrapper)).contains(beside);
        assertThat(InstalledVllm.python(alone)).isEmpty();
    }

    private static Path executable(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static EngineConfiguration offline(int gpus, WrittenSetting... settings) throws PlanException {
        return of(Kind.WORKER, configuration(gpus, settings));
    }

    private static EngineConfiguration configuration(int gpus, WrittenSetting... settings) throws PlanException {
        PlanRequest request = gpus == 0
                ? PlanRequest.none()
                : PlanRequest.builder().given(new GivenGpus(1, gpus)).build();
        return EngineSpecsTest.configuration(request, settings);
    }

    /** As planned for a server: flags do not depend on the kind. */
    private static EngineConfiguration of(Kind kind, EngineConfiguration server) {
        return new EngineConfiguration(
                server.id(),
                server.benchmark(),
                kind,
                server.params(),
                server.settings(),
                server.topology(),
                server.forks(),
                server.warmupForks(),
                server.points());
    }
}
