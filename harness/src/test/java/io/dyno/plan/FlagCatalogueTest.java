package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dyno.plan.FlagCatalogue.Arity;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagCatalogueTest {
    private final FlagCatalogue catalogue = FlagCatalogue.vllm();

    @Test
    void itHasEveryFlagThatTheHelpOfVllm0320Lists() {
        Map<Arity, Long> counts = catalogue.all().stream()
                .collect(Collectors.groupingBy(FlagCatalogue.Flag::arity, Collectors.counting()));

        assertThat(catalogue.version()).isEqualTo("0.32.0");
        assertThat(catalogue.all()).as("317 entries of the help, less --help").hasSize(316);
        assertThat(counts)
                .isEqualTo(Map.of(
                        Arity.SWITCH, 5L,
                        Arity.TOGGLE, 88L,
                        Arity.VALUE, 177L,
                        Arity.OPTIONAL, 1L,
                        Arity.LIST, 15L,
                        Arity.JSON, 30L));
        assertThat(catalogue.all()).extracting(FlagCatalogue.Flag::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "tensor-parallel-size, VALUE",
        "-tp, VALUE",
        "--tensor_parallel_size, VALUE",
        "tensorParallelSize, VALUE",
        "enforce-eager, TOGGLE",
        "--no-enforce-eager, TOGGLE",
        "headless, SWITCH",
        "-dpm, SWITCH",
        "hf-token, OPTIONAL",
        "served-model-name, LIST",
        "compilation-config, JSON",
        "-cc.mode, JSON",
        "--profiler-config.profiler, JSON",
        "-O3, VALUE",
        "-O, VALUE",
        "--device-memory-utilization, VALUE"
    })
    void aFlagIsFoundUnderEachOfItsSpellings(String spelling, Arity arity) {
        assertThat(catalogue.find(spelling)).map(FlagCatalogue.Flag::arity).contains(arity);
    }

    @ParameterizedTest
    @CsvSource({"tensor-parallel", "--max-num-seqs.x", "-x", "--no-headless", "help", "-tpx"})
    void whatVllmDoesNotHaveIsNotFound(String spelling) {
        assertThat(catalogue.find(spelling)).isEmpty();
    }

    @Test
    void choicesAreClosedUnlessVllmTakesOtherWordsToo() {
        assertThat(catalogue.find("scheduling-policy").orElseThrow().choices()).containsExactly("fcfs", "priority");
        assertThat(catalogue.find("scheduling-policy").orElseThrow().open()).isFalse();
        assertThat(catalogue.find("tool-call-parser").orElseThrow().open()).isTrue();
        assertThat(catalogue.find("distributed-executor-backend").orElseThrow())
                .satisfies(flag -> assertThat(flag.open()).isTrue())
                .satisfies(flag -> assertThat(flag.choices()).containsExactly("external_launcher", "mp", "ray", "uni"));
        assertThat(catalogue.find("gpu-memory-utilization").orElseThrow().defaultText())
                .isEqualTo("0.92");
    }

    @ParameterizedTest
    @CsvSource({
        "max-num-seq, max-num-seqs", "max-nun-seqs, max-num-seqs", "tensor-paralel-size, tensor-parallel-size",
        "enable-prefix-cachign, enable-prefix-caching", "--max-model-length, max-model-len", "maxnumseqs, max-num-seqs",
        "max-batched-tokens, max-num-batched-tokens"
    })
    void aSlipOfThePenFindsItsName(String wrong, String right) {
        assertThat(catalogue.closest(wrong)).contains(right);
    }

    @ParameterizedTest
    @CsvSource({"quantum-entanglement", "enable-warp-drive", "foo", "kv-cache-teleport-interval"})
    void aNameThatIsMerelyNewFindsNone(String name) {
        assertThat(catalogue.closest(name)).isEmpty();
    }

    @Test
    void aHelpTextIsReadForItsFlags() {
        String help = """
                usage: vllm serve [model_tag] [options]

                options:
                  --alpha ALPHA, -a ALPHA
                                        Words. (default: 0.5)
                  --beta, --no-beta     Words on the same line. (default:
                                        None)
                  --gamma {x,y} or name registered elsewhere
                                        Words with --beta in them
                  --delta ['p', 'q']
                  --eps E [E ...]       (default: [])
                  --zeta ZETA           Should either be a valid JSON string or keys. (default: Z(a=1))
                  --eta [ETA]
                  --theta
                  -h, --help            show this help message and exit

                Some text afterwards
                   --alpha '{"not": "a flag"}'
                """;

        assertThat(FlagCatalogue.ofHelp("9.9", help).table().lines().toList())
                .isEqualTo(List.of(
                        "# vllm\t9.9",
                        "# name\tarity\taliases\tchoices\tdefault",
                        "alpha\tvalue\t-a\t\t0.5",
                        "beta\ttoggle\t\t\tNone",
                        "gamma\tvalue\t\tx,y,*\t",
                        "delta\tvalue\t\tp,q,*\t",
                        "eps\tlist\t\t\t[]",
                        "zeta\tjson\t\t\tZ(a=1)",
                        "eta\toptional\t\t\t",
                        "theta\tswitch\t\t\t"));
    }

    @Test
    void aTableReadsBackAndATornOneIsRefused() {
        assertThat(FlagCatalogue.ofTable(catalogue.table()).table()).isEqualTo(catalogue.table());
        assertThat(FlagCatalogue.ofTable(catalogue.table()).version()).isEqualTo("0.32.0");
        for (String broken :
                List.of("", "# vllm\t1\n", "garbage", "# vllm\t1\nalpha\tvalue", "# vllm\t1\na\tb\tc\td\te")) {
            assertThatIllegalArgumentException().as(broken).isThrownBy(() -> FlagCatalogue.ofTable(broken));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> FlagCatalogue.ofHelp("1", "Traceback: no vllm"));
    }

    @ParameterizedTest
    @CsvSource({"0.32.0, ''", "0.32.0+cpu, ''", "0.11.0, 'flag names were checked against vLLM 0.32.0; this is 0.11.0'"
    })
    void anotherVersionIsTold(String engine, String message) {
        assertThat(catalogue.otherVersion(engine).orElse("")).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--disable-log-requests     | write --no-enable-log-requests instead: requests are not logged unless asked",
                "disable_log_requests       | write --no-enable-log-requests instead",
                "swap-space                 | 0.18.0 dropped it; leave it out",
                "--guided-decoding-backend  | write --structured-outputs-config.backend instead",
            })
    void aFlagThatVllmHadOnceNamesWhatToWriteNow(String was, String remedy) {
        assertThat(RetiredFlags.remedy(was)).get().asString().contains(remedy);
        assertThat(catalogue.find(was)).as("0.32.0 does not have it").isEmpty();
    }

    @Test
    void aFlagThatVllmHasIsNotRetired() {
        assertThat(catalogue.all())
                .extracting(FlagCatalogue.Flag::name)
                .allSatisfy(name -> assertThat(RetiredFlags.remedy(name)).isEmpty());
        assertThat(catalogue.find("--no-enable-log-requests")).isPresent();
        assertThat(catalogue.find("--structured-outputs-config.backend")).isPresent();
        assertThat(catalogue.find("--hf-overrides")).isPresent();
        assertThat(catalogue.find("--cudagraph-capture-sizes")).isPresent();
    }
}
