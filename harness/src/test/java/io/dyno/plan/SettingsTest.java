package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.THROUGHPUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.Bench;
import io.dyno.Load;
import io.dyno.Sampling;
import io.dyno.VllmBenchmark;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    @Test
    void everyAttributeIsASettingAndEverySettingAnAttribute() {
        List<String> attributes = new ArrayList<>();
        for (Class<?> annotation : List.of(VllmBenchmark.class, Load.class, Sampling.class)) {
            for (Method attribute : annotation.getDeclaredMethods()) {
                if (!Set.of("sampling", "bench").contains(attribute.getName())) {
                    attributes.add(annotation.getSimpleName() + "." + attribute.getName());
                }
            }
        }

        assertThat(Settings.all())
                .extracting(setting -> setting.annotation() + "." + setting.name())
                .containsExactlyInAnyOrderElementsOf(attributes);
    }

    @Test
    void noLoadSettingHasTheNameOfAFlagButSeedWhichIsTheLoads() {
        assertThat(Settings.all())
                .filteredOn(setting -> !setting.engine())
                .filteredOn(setting -> FlagCatalogue.vllm().find(setting.name()).isPresent())
                .extracting(Setting::name)
                .containsExactly("seed");
        assertThat(Settings.find("seed").orElseThrow().engine()).isFalse();
        assertThat(Settings.find("engineSeed").orElseThrow().flag()).isEqualTo("seed");
        assertThat(Settings.ofFlag("seed").orElseThrow().name()).isEqualTo("engineSeed");
    }

    @Test
    void everyEngineSettingWithAFlagHasAFlagOfTheCatalogue() {
        assertThat(Settings.all()).filteredOn(setting -> setting.flag() != null).allSatisfy(setting -> {
            assertThat(FlagCatalogue.vllm().find(setting.flag()))
                    .as(setting.name())
                    .isPresent();
            assertThat(setting.engine()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "tp, tp",
        "-tp, tp",
        "tensor-parallel-size, tp",
        "--tensor-parallel-size, tp",
        "tensorParallelSize, tp",
        "maxConcurrency, maxConcurrency",
        "max-concurrency, maxConcurrency",
        "max_concurrency, maxConcurrency",
        "-q, quantization",
        "-ep, expertParallel",
        "enable-expert-parallel, expertParallel",
        "topP, topP",
        "top-p, topP",
        "enablePrefixCaching, enablePrefixCaching",
        "-sc, speculativeConfig",
        "--seed, engineSeed",
        "seed, seed",
        "swa-bounded-replay, swa-bounded-replay",
        "maxLogprobs, max-logprobs",
        "-dcp, decode-context-parallel-size",
        "kvCacheDtype, kvCacheDtype",
        "model, model"
    })
    void aSettingIsFoundUnderEachOfItsSpellings(String spelling, String name) {
        assertThat(Settings.find(spelling)).map(Setting::name).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "--no-enforce-eager", "compilation-config.mode", "-O3", "-x", "''"})
    void whatIsNoNameIsNotFound(String spelling) {
        assertThat(Settings.find(spelling)).isEmpty();
    }

    static Stream<Arguments> users() {
        return Stream.of(
                arguments("maxConcurrency", Set.of(SERVE)),
                arguments("requestRate", Set.of(SERVE)),
                arguments("endpoint", Set.of(SERVE, THROUGHPUT, LATENCY)),
                arguments("numPrompts", Set.of(SERVE, THROUGHPUT)),
                arguments("batchSize", Set.of(LATENCY)),
                arguments("inputLen", Set.of(SERVE, THROUGHPUT, LATENCY)),
                arguments("temperature", Set.of(SERVE, THROUGHPUT, LATENCY)),
                arguments("tp", Set.of(Bench.values())),
                arguments("max-logprobs", Set.of(Bench.values())));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("users")
    void eachSettingKnowsTheBenchesThatUseIt(String name, Set<Bench> benches) {
        assertThat(Settings.find(name).orElseThrow().benches()).isEqualTo(benches);
    }

    @ParameterizedTest
    @CsvSource({
        "maxNumSeqs, max-num-seqs",
        "max_num_seqs, max-num-seqs",
        "max-num-seqs, max-num-seqs",
        "tp, tp",
        "inputLen, input-len",
        "topP, top-p",
        "kvCacheDType, kv-cache-d-type",
        "useMLANow, use-mla-now",
        "-tp, -tp"
    })
    void namesHaveOneKebabCase(String name, String kebab) {
        assertThat(Spelling.kebab(name)).isEqualTo(kebab);
    }
}
