package io.dyno.plan;

import static io.dyno.plan.Descriptors.model;
import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import io.dyno.plan.PlanRequest.GivenGpus;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tp × pp × dp × ep over 1 to 8 GPUs, by brute force against the formulas: world = tp·pp·dp; dp = GPUs / (tp·pp) where GPUs are given and
 * dp is not; ep = tp·dp with expert parallelism, which excludes pp &gt; 1; what does not divide or fit is refused by number; what is over is named.
 */
class TopologyTest {
    private static final int MOST_GPUS = 8;

    record Case(int gpus, int tp, int pp, Integer dp, boolean ep, boolean given) {
        Descriptors written() {
            Descriptors written =
                    model().bench(Bench.THROUGHPUT).set("tp", text(tp)).set("pp", text(pp));
            written = dp == null ? written : written.set("dp", text(dp));
            return ep ? written.set("expertParallel", "true") : written;
        }

        UnaryOperator<PlanRequest.Builder> request() {
            return request -> given ? request.given(new GivenGpus(1, gpus)) : request.detected(gpus);
        }

        private static String text(int number) {
            return Integer.toString(number);
        }
    }

    static Stream<Case> cases() {
        Stream.Builder<Case> cases = Stream.builder();
        for (int gpus = 1; gpus <= MOST_GPUS; gpus++) {
            for (int tp = 1; tp <= MOST_GPUS; tp++) {
                for (int pp = 1; pp <= MOST_GPUS; pp++) {
                    for (int dp = 0; dp <= MOST_GPUS; dp++) {
                        for (boolean ep : new boolean[] {false, true}) {
                            for (boolean given : new boolean[] {false, true}) {
                                cases.add(new Case(gpus, tp, pp, dp == 0 ? null : dp, ep, given));
                            }
                        }
                    }
                }
            }
        }
        return cases.build();
    }

    @Test
    void everyTopologyOverOneToEightGpusIsWhatTheFormulasSay() {
        cases().forEach(TopologyTest::check);
    }

    private static void check(Case c) {
        boolean filled = c.dp == null && c.given;
        boolean divides = c.gpus % (c.tp * c.pp) == 0;
        int dp = c.dp != null ? c.dp : filled && divides ? c.gpus / (c.tp * c.pp) : 1;
        int world = c.tp * c.pp * dp;
        boolean experts = c.ep && c.pp > 1;
        String refused = experts ? "DYNO-110" : filled && !divides ? "DYNO-305" : world > c.gpus ? "DYNO-306" : null;
        try {
            Plan plan = Planner.plan(
                    List.of(c.written().build()),
                    c.request().apply(PlanRequest.builder()).build());
            assertThat(refused).as("%s must be refused", c).isNull();
            assertThat(plan.configurations()).as("%s", c).singleElement().satisfies(configuration -> {
                assertThat(configuration.topology())
                        .as("%s", c)
                        .isEqualTo(new Topology(c.tp, c.pp, dp, c.ep ? c.tp * dp : 1, 1, world));
            });
            int idle = c.gpus - world;
            assertThat(plan.warnings().stream().filter(warning -> warning.contains("stay idle")))
                    .as("%s: %d idle GPUs", c, idle)
                    .hasSize(idle > 0 ? 1 : 0)
                    .allMatch(warning -> warning.contains(idle + " of " + c.gpus + " GPUs stay idle"));
        } catch (PlanException e) {
            assertThat(e.problems().get(0).rule().code())
                    .as("%s is refused: %s", c, e.getMessage())
                    .isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tp",
        "-tp",
        "tensor_parallel_size",
        "tensorParallelSize",
        "tensor-parallel-size",
        "--tensor-parallel-size"
    })
    void everySpellingOfOneSizeGivesTheSameTopologyOnTheCommandLine(String spelling) {
        assertThat(topology(
                        model(), request -> request.given(new GivenGpus(1, 8)).parameter(spelling, "4")))
                .isEqualTo(new Topology(4, 1, 2, 1, 1, 8));
    }

    static Stream<Descriptors> inTheClass() {
        return Stream.of(
                model().set("tp", "4").set("pp", "2"),
                model().field("tp", "tp", "int", "4").field("stages", "pipeline-parallel-size", "int", "2"),
                model().field("n", "tensor-parallel-size", "int", "4").set("pp", "2"),
                model().field("n", "-tp", "int", "4").field("m", "-pp", "int", "2"));
    }

    @ParameterizedTest
    @MethodSource("inTheClass")
    void everySpellingInAClassGivesTheSameTopology(Descriptors written) {
        assertThat(topology(written, request -> request.given(new GivenGpus(1, 8))))
                .isEqualTo(new Topology(4, 2, 1, 1, 1, 8));
    }

    @ParameterizedTest
    @CsvSource({"--tensor-parallel-size=4", "-tp=4", "--tensor_parallel_size=4", "-dp=2", "--pipeline-parallel-size=2"})
    void aSizeHiddenInEngineArgsIsRefusedAndNeverCountedAsOne(String token) {
        List<Problem> problems = Rules.check(model().list("engineArgs", token).build());
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.rule()).isEqualTo(Rule.HAS_ATTRIBUTE);
            assertThat(problem.message()).contains("it is checked, can sweep");
        });
    }

    @Test
    void theBackendOfExpertParallelismIsOneThatVllmHas() {
        assertThat(Rules.check(model().field("b", "all2all-backend", "java.lang.String", "deepep_low_latency")
                        .build()))
                .isEmpty();
        assertThat(Rules.check(model().field("b", "all2all-backend", "java.lang.String", "nccl")
                        .build()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("must be one of allgather_reducescatter"));
    }

    @Test
    void replicasThatGivenGpusMakeAreCountedAgainstThePrompts() {
        Descriptors written = model().bench(Bench.LATENCY).set("batchSize", "3");
        assertThat(plan(written, request -> request.given(new GivenGpus(1, 2)))).isEmpty();
        assertThat(plan(written, request -> request.given(new GivenGpus(1, 4))))
                .contains("DYNO-137")
                .contains("batchSize = 3 is below dp = 4");
    }

    private static String plan(Descriptors written, UnaryOperator<PlanRequest.Builder> request) {
        try {
            Planner.plan(
                    List.of(written.build()),
                    request.apply(PlanRequest.builder()).build());
            return "";
        } catch (PlanException e) {
            return e.problems().get(0).rule().code() + " " + e.problems().get(0).message();
        }
    }

    private static Topology topology(Descriptors written, UnaryOperator<PlanRequest.Builder> request) {
        return Plans.plan(request, written).configurations().get(0).topology();
    }
}
