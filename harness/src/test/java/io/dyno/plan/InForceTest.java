package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.plan.InForce.Difference;
import io.dyno.plan.InForce.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asked beside used: the same value in other words is no difference. */
class InForceTest {
    @ParameterizedTest(name = "{0} asked {1}, used {2}: differs {3}")
    @CsvSource({
        "maxNumSeqs, 256, 256, false",
        "maxNumSeqs, 256, 128, true",
        "dtype, auto, bfloat16, false",
        "dtype, bfloat16, bfloat16, false",
        "dtype, half, float16, false",
        "dtype, float, float32, false",
        "dtype, float16, bfloat16, true",
        "maxModelLen, -1, 4096, false",
        "maxModelLen, 8192, 4096, true",
        "gpuMemoryUtilization, 0.90, 0.9, false",
        "enforceEager, true, true, false",
        "enforceEager, false, true, true",
        "quantization, awq, awq_marlin, true",
        "attention-backend, flashinfer, FLASHINFER, false",
        "kv-cache-memory-bytes, 1G, 1073741824, false",
        "kv-cache-memory-bytes, 1g, 1000000000, false",
        "kv-cache-memory-bytes, 1g, 1073741824, true",
    })
    void whatDiffersIsTold(String setting, String asked, String used, boolean differs) {
        InForce inForce = of(Map.of(setting, used));

        assertThat(inForce.differences(Map.of(setting, asked)))
                .isEqualTo(differs ? List.of(new Difference(setting, asked, used)) : List.of());
    }

    @Test
    void whatTheEngineDoesNotTellIsNotJudged() {
        assertThat(of(Map.of()).differences(Map.of("maxNumSeqs", 256L))).isEmpty();
        assertThat(of(Map.of("maxNumSeqs", "128")).differences(Map.of("model", "m")))
                .isEmpty();
    }

    @Test
    void theFirstSourceOfANameCountsAndEachValueKnowsItsSource() {
        InForce inForce = InForce.builder()
                .put(Source.SERVER_INFO, Map.of("maxNumSeqs", "128"))
                .put(Source.LOG, Map.of("maxNumSeqs", "64", "dtype", "bfloat16"))
                .build("not known: tp");

        assertThat(inForce.values()).isEqualTo(Map.of("maxNumSeqs", "128", "dtype", "bfloat16"));
        assertThat(inForce.from()).isEqualTo(Map.of("server_info", List.of("maxNumSeqs"), "log", List.of("dtype")));
        assertThat(inForce.missing()).isEqualTo("not known: tp");
    }

    @ParameterizedTest
    @CsvSource({
        "max_num_batched_tokens, maxNumBatchedTokens",
        "tensor_parallel_size, tp",
        "seed, engineSeed",
        "enable_chunked_prefill, enable-chunked-prefill",
        "num_gpu_blocks, num_gpu_blocks",
        "cudagraph_mode, cudagraph_mode",
    })
    void aNameIsOurSettingsWhereThereIsOneElseVllms(String field, String name) {
        assertThat(InForce.nameOf(field)).isEqualTo(name);
    }

    @Test
    void enginesOfOneConfigurationDifferInSettingsOrInWhatAStartMeasures() {
        List<InForce> engines = List.of(
                of(Map.of("maxNumSeqs", "128", "num_gpu_blocks", "16384", "dtype", "bfloat16", "tp", "1")),
                of(Map.of("maxNumSeqs", "64", "num_gpu_blocks", "16380", "dtype", "bfloat16")));

        assertThat(InForce.differentSettings(engines)).isEqualTo(Map.of("maxNumSeqs", List.of("128", "64")));
        assertThat(InForce.measuredDifferently(engines)).isEqualTo(Map.of("num_gpu_blocks", List.of("16384", "16380")));
    }

    private static InForce of(Map<String, String> values) {
        return new InForce(values, Map.of(), null);
    }
}
