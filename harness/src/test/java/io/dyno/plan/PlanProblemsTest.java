package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.bare;
import static io.dyno.plan.Descriptors.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.plan.PlanRequest.GivenGpus;
import io.dyno.plan.Problem.Place;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlanProblemsTest {

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(
                        model(),
                        p("maxConcurency", "8"),
                        "DYNO-301",
                        "-p maxConcurency",
                        "did you mean \"maxConcurrency\"?"),
                row(model(), p("max-num-seq", "8"), "DYNO-301", "-p max-num-seq", "did you mean \"maxNumSeqs\"?"),
                row(
                        model().prompts().field("topic", null, "java.lang.String", "law"),
                        p("topik", "x"),
                        "DYNO-301",
                        "-p topik",
                        "did you mean \"topic\"?"),
                row(model(), p("bench", "SERVE"), "DYNO-301", "-p bench", "-p bench is no setting; use -bm"),
                row(
                        model(),
                        request -> request.given(new GivenGpus(1, 8)).detected(4),
                        "DYNO-306",
                        "-gpus",
                        "-gpus 8 is more than this machine has: 4"),
                row(model(), p("zzz", "8"), "DYNO-301", "-p zzz", "docs/settings.md has all names"),
                row(model(), p("tp", "0"), "DYNO-102", "-p tp", "tp = 0: must be at least 1"),
                row(model(), p("tp", "1,x"), "DYNO-101", "-p tp", "tp = x: is not a whole number"),
                row(model(), p("inputLen", "9999999999"), "DYNO-102", "-p inputLen", "at most 2147483647"),
                row(model(), p("maxConcurrency", "8,8"), "DYNO-104", "-p maxConcurrency", "twice"),
                row(model(), p("model", ""), "DYNO-134", "-p model", "model is empty"),
                row(model(), p("env", "A=1,B=2"), "DYNO-101", "-p env", "-p 'env=[\"A=1\",\"B=2\"]'"),
                row(model(), p("engineArgs", "[\"--max-logprob\",\"1\"]"), "DYNO-107", "-p engineArgs", "max-logprobs"),
                row(model(), p("dataset", "jsonl"), "DYNO-122", "-p dataset", "datasetPath names none"),
                row(model(), p("burstiness", "2"), "DYNO-109", "-p burstiness", "finite requestRate"),
                row(
                        model(),
                        p("batchSize", "2"),
                        "DYNO-304",
                        "-p batchSize",
                        "no point of the selected benchmarks uses"),
                row(model().set("dataset", "dyno"), p("inputLen", "2"), "DYNO-304", "-p inputLen", "uses inputLen"),
                row(
                        model().field("n", "maxNumSeqs", "int", "8"),
                        p("n", "8.5"),
                        "DYNO-101",
                        "-p n",
                        "n (maxNumSeqs) = 8.5: is not a whole number"),
                row(
                        model().prompts().field("n", null, "int", "8"),
                        p("n", "eight"),
                        "DYNO-215",
                        "-p n",
                        "field n cannot hold \"eight\""),
                row(
                        model(),
                        request -> request.parameter("tp", "1").parameter("-tp", "2"),
                        "DYNO-312",
                        "-p -tp",
                        "-p tp and -p -tp set the same"),
                row(model(), request -> request.forks(0), "DYNO-310", "-f", "-f 0 must be at least 1"),
                row(model(), request -> request.warmupForks(-1), "DYNO-310", "-wf", "at least 0"),
                row(model(), request -> request.iterations(0), "DYNO-310", "-i", "at least 1"),
                row(model(), request -> request.warmupIterations(-1), "DYNO-310", "-wi", "at least 0"),
                row(model(), request -> request.timeNanos(0L), "DYNO-310", "-r", "longer than 0"),
                row(model(), request -> request.warmupTimeNanos(0L), "DYNO-310", "-w", "longer than 0"),
                row(model(), request -> request.given(new GivenGpus(1, 0)), "DYNO-310", "-gpus", "at least 1"),
                row(model(), request -> request.remote(true).forks(2), "DYNO-308", "-f", "never started afresh"),
                row(model(), request -> request.remote(true).warmupForks(1), "DYNO-308", "-wf", "leave -wf out"),
                row(model(), request -> request.remote(true).parameter("tp", "1,2"), "DYNO-309", "-p tp", "one value"));
    }

    @ParameterizedTest(name = "{2} at {3}")
    @MethodSource("mistakes")
    void eachMistakeOfTheCommandLineIsOneProblemAtItsOption(
            Descriptors written, UnaryOperator<PlanRequest.Builder> request, String code, String option, String text) {
        assertThat(problems(request, written))
                .as("exactly this one problem")
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.rule().code()).isEqualTo(code);
                    assertThat(problem.place()).isEqualTo(new Place.OnOption(option));
                    assertThat(problem.message()).contains(text);
                });
    }

    @Test
    void aClassWithoutAModelNeedsOneFromTheCommandLine() {
        assertThat(problems(request -> request, bare())).singleElement().satisfies(problem -> assertThat(problem.text())
                .isEqualTo("[DYNO-303] ChatCapacity names no model; give one with -p model=…  (explain DYNO-303)"));
        assertThat(plan(p("model", "m"), bare()).configurations())
                .extracting(EngineConfiguration::model)
                .containsExactly("m");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        List<Problem> problems = problems(
                request ->
                        request.parameter("tp", "0").parameter("nonsens", "1").forks(0),
                bare());

        assertThat(problems)
                .extracting(problem -> problem.rule().code())
                .containsExactly("DYNO-310", "DYNO-301", "DYNO-102", "DYNO-303");
    }

    @Test
    void theSameMistakeOfTheCommandLineIsReportedOnceForAllClasses() {
        assertThat(problems(p("tp", "0"), model().named("a.A"), model().named("a.B")))
                .hasSize(1);
    }

    @Test
    void whatTheCommandLineMakesIdleIsLeftOutWithoutAMistake() {
        Descriptors written =
                model().set("requestRate", "4").set("burstiness", "0.5").slo(500.0, null, null, 0.99);

        Point throughput = only(plan(request -> request.benches(List.of(THROUGHPUT)), written));
        Point closed = only(
                plan(request -> request.parameter("requestRate", "inf").parameter("maxConcurrency", "8"), written));

        assertThat(throughput.settings().get("burstiness")).isEmpty();
        assertThat(throughput.slo()).isNull();
        assertThat(closed.load()).isEqualTo(new LoadShape.ClosedLoop(8));
        assertThat(closed.notes()).contains("burstiness is left out: an infinite requestRate has no gaps");
    }

    @Test
    void aFlagThatTheUserSilencedAtCompileTimeIsPassedOn() {
        Plan plan = plan(request -> request, model().field("n", "max-num-seq", "int", "1"));

        assertThat(only(plan).settings().get("max-num-seq")).contains("1");
    }

    @Test
    void aFlagOfEngineArgsThatNothingIsSpelledLikeIsOnlyDoubted() {
        Plan plan = plan(p("engineArgs", "[\"--quantum-entanglement\",\"1\"]"), model());

        assertThat(plan.warnings()).singleElement().asString().contains("quantum-entanglement");
    }

    @Test
    void aLoadSettingThatOneOfTwoClassesUsesIsNoMistake() {
        Plan plan = plan(
                p("batchSize", "2"), model().named("a.A"), model().named("a.B").bench(LATENCY));

        assertThat(plan.points()).isEqualTo(2);
    }

    // ---- combinations that cannot work ----

    @Test
    void pointsThatCannotWorkAreSkippedWithTheReasonAndTheOthersStay() {
        Plan plan = plan(request -> request, model().set("maxModelLen", "4096").set("inputLen", "1024", "8192"));

        assertThat(plan.points()).isEqualTo(1);
        assertThat(plan.skipped()).singleElement().satisfies(point -> {
            assertThat(point.params()).isEqualTo(Map.of("inputLen", "8192"));
            assertThat(point.reason()).contains("does not fit into maxModelLen = 4096");
            assertThat(point.rule()).isEqualTo(Rule.CONTEXT_TOO_LONG);
        });
    }

    @Test
    void whenNoPointCanWorkItIsAMistake() {
        assertThat(problems(p("inputLen", "8192"), model().set("maxModelLen", "4096")))
                .extracting(Problem::rule)
                .containsExactly(Rule.CONTEXT_TOO_LONG);
    }

    // ---- engines that cannot do everything ----

    @Test
    void benchesThatARemoteEngineCannotDoAreSkipped() {
        Plan plan = plan(
                request -> request.remote(true),
                model().bench(SERVE, THROUGHPUT, LATENCY, STARTUP).forks(5, 1));

        assertThat(only(plan).bench()).isEqualTo(SERVE);
        assertThat(plan.skipped()).extracting(Plan.Skipped::bench).containsExactly(THROUGHPUT, LATENCY, STARTUP);
        assertThat(plan.skipped())
                .allSatisfy(point -> assertThat(point.reason()).contains("a remote engine is a server"));
        assertThat(plan.engineStarts()).as("one fork, whatever @Fork says").isEqualTo(1);
        assertThat(plan.warnings()).anySatisfy(text -> assertThat(text).contains("one fork in place of 5"));
    }

    // ---- GPUs ----

    static Stream<Arguments> topologies() {
        return Stream.of(
                gpus("4 nodes, TP 4, EP", 4, 8, "4", null, true, new Topology(4, 1, 8, 32, 4, 8)),
                gpus("1 node, TP 2", 1, 8, "2", null, false, new Topology(2, 1, 4, 1, 1, 8)),
                gpus("2 nodes, TP 8, EP", 2, 8, "8", null, true, new Topology(8, 1, 2, 16, 2, 8)),
                gpus("2 nodes, TP 8, PP 2", 2, 8, "8", "2", false, new Topology(8, 2, 1, 1, 2, 8)),
                gpus("4 nodes, TP 8, EP", 4, 8, "8", null, true, new Topology(8, 1, 4, 32, 4, 8)),
                gpus("one GPU", 1, 1, null, null, false, new Topology(1, 1, 1, 1, 1, 1)));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("topologies")
    void givenGpusAreFilledByDataParallelism(
            String name, UnaryOperator<PlanRequest.Builder> request, Topology topology, Descriptors written) {
        EngineConfiguration configuration =
                plan(request, written).configurations().get(0);

        assertThat(configuration.topology()).as(name).isEqualTo(topology);
        assertThat(configuration.settings().integer("dp")).isEqualTo(topology.dp());
    }

    @Test
    void givenGpusMustDivide() {
        assertThat(problems(request -> request.given(new GivenGpus(2, 8)), model().set("tp", "3")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.rule()).isEqualTo(Rule.GPUS_DIVIDE);
                    assertThat(problem.message())
                            .contains("16 GPUs were given, and tp·pp = 3·1 = 3 does not divide them");
                });
    }

    @Test
    void aWrittenDpIsKeptAndIdleGpusAreNamed() {
        Plan plan = plan(
                request -> request.given(new GivenGpus(1, 8)),
                model().set("tp", "2").set("dp", "1"));

        assertThat(plan.configurations().get(0).topology()).isEqualTo(new Topology(2, 1, 1, 1, 1, 2));
        assertThat(plan.warnings()).containsExactly("ChatCapacity: 6 of 8 GPUs stay idle (tp·pp·dp = 2)");
    }

    @Test
    void detectedGpusBoundABenchmarkAndNeverMultiplyIt() {
        Plan plan = plan(request -> request.detected(4), model().set("tp", "2", "8"));

        assertThat(plan.configurations()).singleElement().satisfies(configuration -> {
            assertThat(configuration.topology().dp()).isEqualTo(1);
            assertThat(configuration.settings().get("dp")).isEmpty();
        });
        assertThat(plan.warnings()).containsExactly("ChatCapacity: 2 of 4 GPUs stay idle (tp·pp·dp = 2)");
        assertThat(plan.skipped())
                .singleElement()
                .extracting(Plan.Skipped::reason)
                .asString()
                .isEqualTo("needs tp·pp·dp = 8·1·1 = 8 GPUs, and 4 are there");
    }

    @Test
    void whenNothingFitsTheMachineItIsAMistake() {
        assertThat(problems(request -> request.detected(1), model().set("tp", "2")))
                .extracting(Problem::rule)
                .containsExactly(Rule.GPUS_TOO_FEW);
    }

    @Test
    void absurdSizesAreRefusedAndDoNotOverflow() {
        assertThat(problems(request -> request, model().set("tp", "2147483647").set("pp", "2147483647")))
                .extracting(Problem::rule)
                .containsExactly(Rule.GPUS_TOO_FEW);
    }

    // ---- support ----

    private static Arguments gpus(
            String name, int nodes, int perNode, String tp, String pp, boolean expert, Topology topology) {
        Descriptors written = model();
        if (tp != null) {
            written.set("tp", tp);
        }
        if (pp != null) {
            written.set("pp", pp);
        }
        if (expert) {
            written.set("expertParallel", "true");
        }
        UnaryOperator<PlanRequest.Builder> request = builder -> builder.given(new GivenGpus(nodes, perNode));
        return arguments(name, request, topology, written);
    }

    private static Arguments row(
            Descriptors written, UnaryOperator<PlanRequest.Builder> request, String code, String option, String text) {
        return arguments(written, request, code, option, text);
    }

    private static UnaryOperator<PlanRequest.Builder> p(String name, String text) {
        return request -> request.parameter(name, text);
    }

    private static Plan plan(UnaryOperator<PlanRequest.Builder> request, Descriptors... written) {
        try {
            return Planner.plan(
                    Stream.of(written).map(Descriptors::build).toList(),
                    request.apply(PlanRequest.builder()).build());
        } catch (PlanException e) {
            throw new AssertionError("expected a plan, got problems:\n" + e.getMessage(), e);
        }
    }

    private static List<Problem> problems(UnaryOperator<PlanRequest.Builder> request, Descriptors... written) {
        PlanException thrown = catchThrowableOfType(
                PlanException.class,
                () -> Planner.plan(
                        Stream.of(written).map(Descriptors::build).toList(),
                        request.apply(PlanRequest.builder()).build()));
        assertThat(thrown).as("a mistake was expected, but it was planned").isNotNull();
        return thrown.problems();
    }

    private static Point only(Plan plan) {
        assertThat(plan.points()).as("one point").isEqualTo(1);
        return plan.configurations().get(0).points().get(0);
    }
}
