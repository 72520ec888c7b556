package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.PlanRequest.GivenGpus;
import io.dyno.plan.Planner;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Golden argv: what vLLM gets, element by element. */
class EngineSpecsTest {
    private static final EngineChoice VLLM = new EngineChoice(
            EngineKind.VLLM,
            List.of("/opt/venv/bin/vllm"),
            List.of("/opt/venv/bin/python3"),
            Map.of(),
            List.of(),
            List.of(),
            "-vllm");
    private static final List<String> SERVE =
            List.of("/opt/venv/bin/vllm", "serve", "m", "--host", "127.0.0.1", "--port", "{port}");

    @Test
    void aModelAloneIsServedOnLoopbackWithVllmsOwnDefaults() throws PlanException {
        EngineSpec spec = spec(set("model", "m"));

        assertThat(spec.model()).isEqualTo("m");
        assertThat(spec.engine()).isEqualTo(EngineKind.VLLM);
        assertThat(spec.processes())
                .containsExactly(
                        new ProcessSpec(0, ProcessSpec.Role.SINGLE, SERVE, Map.of("VLLM_SERVER_DEV_MODE", "1")));
    }

    @Test
    void tensorAndPipelineSizesAreFlags() throws PlanException {
        assertThat(argv(set("model", "m"), set("gpuMemoryUtilization", "0.9"), set("tp", "8")))
                .isEqualTo(with("--tensor-parallel-size", "8", "--gpu-memory-utilization", "0.9"));
        assertThat(argv(set("model", "m"), set("tp", "4"), set("pp", "2")))
                .isEqualTo(with("--tensor-parallel-size", "4", "--pipeline-parallel-size", "2"));
    }

    @Test
    void dataParallelismThatFillsGivenGpusIsAFlag() throws PlanException {
        EngineConfiguration configuration = configuration(
                PlanRequest.builder().given(new GivenGpus(1, 8)).build(), set("model", "m"), set("tp", "2"));

        assertThat(EngineSpecs.of(configuration, VLLM).processes().get(0).argv())
                .isEqualTo(with("--tensor-parallel-size", "2", "--data-parallel-size", "4"));
    }

    @Test
    void jsonIsOneElementWithoutAnyQuoting() throws PlanException {
        assertThat(argv(set("model", "m"), set("profiler-config", "{\"profiler\": \"cuda\"}")))
                .isEqualTo(with("--profiler-config", "{\"profiler\":\"cuda\"}"));
    }

    @Test
    void aWholeServerOfAnOptimisationSweep() throws PlanException {
        List<String> argv = argv(
                set("model", "m"),
                set("revision", "main"),
                set("dtype", "bfloat16"),
                set("maxModelLen", "8192"),
                set("gpuMemoryUtilization", "0.9"),
                set("maxNumSeqs", "512"),
                set("maxNumBatchedTokens", "32768"),
                set("blockSize", "16"),
                set("dataset", "dyno"),
                set("speculativeConfig", "{\"method\":\"ngram\",\"num_speculative_tokens\":6,\"prompt_lookup_max\":5}"),
                set("optimization-level", "3"),
                set("trust-remote-code", "true"));

        assertThat(argv)
                .isEqualTo(with(
                        "--revision",
                        "main",
                        "--dtype",
                        "bfloat16",
                        "--max-model-len",
                        "8192",
                        "--gpu-memory-utilization",
                        "0.9",
                        "--max-num-seqs",
                        "512",
                        "--max-num-batched-tokens",
                        "32768",
                        "--speculative-config",
                        "{\"method\":\"ngram\",\"num_speculative_tokens\":6,\"prompt_lookup_max\":5}",
                        "--block-size",
                        "16",
                        "--optimization-level",
                        "3",
                        "--trust-remote-code"));
    }

    @Test
    void trueIsTheFlagAndFalseIsItsNegationWhereThereIsOne() throws PlanException {
        assertThat(argv(set("model", "m"), set("enforceEager", "true"), set("enablePrefixCaching", "false")))
                .isEqualTo(with("--enforce-eager", "--no-enable-prefix-caching"));
        assertThat(argv(set("model", "m"), set("disable-log-stats", "false"))).isEqualTo(with());
        assertThat(argv(set("model", "m"), set("disable-log-stats", "true"))).isEqualTo(with("--disable-log-stats"));
    }

    @Test
    void aValueThatBeginsWithADashStandsBehindAnEqualsSign() throws PlanException {
        assertThat(argv(set("model", "m"), set("maxModelLen", "-1"))).isEqualTo(with("--max-model-len=-1"));
    }

    @Test
    void listsAreSeveralElementsAndEngineArgsComeLastAsTheyAre() throws PlanException {
        assertThat(argv(
                        set("model", "m"),
                        set("engineArgs", "[\"--max-logprobs\",\"5\",\"--compilation-config\",\"{\\\"mode\\\": 3}\"]"),
                        set("cudagraph-capture-sizes", "[\"1\",\"2\"]")))
                .isEqualTo(with(
                        "--cudagraph-capture-sizes",
                        "1",
                        "2",
                        "--max-logprobs",
                        "5",
                        "--compilation-config",
                        "{\"mode\": 3}"));
    }

    @Test
    void aFlagThatTheCatalogueLacksGoesOnAsWritten() throws PlanException {
        assertThat(argv(set("model", "m"), set("quantum-entanglement", "high")))
                .isEqualTo(with("--quantum-entanglement", "high"));
    }

    @Test
    void theBenchmarksEnvironmentGoesBeforeTheEnginesAndOurs() throws PlanException {
        EngineChoice simulator = new EngineChoice(
                EngineKind.SIM,
                List.of("java", "-cp", "a b.jar", "Main"),
                List.of("java", "-cp", "a b.jar", "Main"),
                Map.of("DYNO_SIM", "gpu=H100", "A", "0"),
                List.of(),
                List.of(),
                "-engine sim");
        EngineConfiguration configuration = configuration(
                PlanRequest.none(), set("model", "m"), set("env", "[\"A=1\",\"B=x=y\",\"VLLM_SERVER_DEV_MODE=0\"]"));

        ProcessSpec process =
                EngineSpecs.of(configuration, simulator).processes().get(0);

        assertThat(process.env())
                .isEqualTo(Map.of("A", "1", "B", "x=y", "DYNO_SIM", "gpu=H100", "VLLM_SERVER_DEV_MODE", "0"));
        assertThat(process.argv()).startsWith("java", "-cp", "a b.jar", "Main", "serve", "m");
    }

    @Test
    void aForeignServerHasNoProcesses() throws PlanException {
        EngineChoice remote = new EngineChoice(
                EngineKind.REMOTE,
                List.of(),
                List.of(),
                Map.of(),
                List.of(URI.create("http://host:8000")),
                List.of(),
                "-url");

        assertThat(EngineSpecs.of(configuration(PlanRequest.none(), set("model", "m")), remote)
                        .processes())
                .isEmpty();
    }

    @Test
    void anEngineOverSeveralNodesIsRefusedWithTheRemedy() throws PlanException {
        EngineConfiguration configuration = configuration(
                PlanRequest.builder().given(new GivenGpus(2, 8)).build(), set("model", "m"), set("tp", "8"));

        assertThatThrownBy(() -> EngineSpecs.of(configuration, VLLM))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("[DYNO-307]")
                .hasMessageContaining("16 GPUs lie over 2 nodes")
                .hasMessageContaining("choose sizes that fit one node");
    }

    static WrittenSetting set(String name, String value) {
        return new WrittenSetting(name, List.of(value));
    }

    static EngineConfiguration configuration(PlanRequest request, WrittenSetting... settings) throws PlanException {
        BenchmarkDescriptor written = new BenchmarkDescriptor(
                "a.B",
                Arrays.asList(settings),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                false,
                Set.of(),
                Set.of());
        return Planner.plan(List.of(written), request).configurations().get(0);
    }

    private static EngineSpec spec(WrittenSetting... settings) throws PlanException {
        return EngineSpecs.of(configuration(PlanRequest.none(), settings), VLLM);
    }

    private static List<String> argv(WrittenSetting... settings) throws PlanException {
        return spec(settings).processes().get(0).argv();
    }

    private static List<String> with(String... flags) {
        List<String> argv = new ArrayList<>(SERVE);
        argv.addAll(List.of(flags));
        return argv;
    }
}
