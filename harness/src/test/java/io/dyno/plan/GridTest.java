package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.model;
import static io.dyno.plan.Plans.only;
import static io.dyno.plan.Plans.p;
import static io.dyno.plan.Plans.plan;
import static io.dyno.plan.Plans.points;
import static io.dyno.plan.Plans.pointsOf;
import static io.dyno.plan.Plans.r;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.plan.EngineConfiguration.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Level;

/** Which points and engines a class becomes, and which values count. */
class GridTest {
    // ---- precedence ----

    @Test
    void theCommandLineGoesBeforeFieldsAndAttributes() {
        Descriptors written = model().set("maxConcurrency", "8").field("inputLen", "inputLen", "int", "128", "256");

        assertThat(points(plan(
                        request -> request.parameter("max-concurrency", "4,16").parameter("inputLen", "64"), written)))
                .extracting(point ->
                        point.workload().inputLen() + "/" + point.settings().integer("maxConcurrency"))
                .containsExactly("64/4", "64/16");
    }

    static Stream<Arguments> spellings() {
        return Stream.of(
                arguments("tp", "2", "tp", 2L),
                arguments("tensor-parallel-size", "2", "tp", 2L),
                arguments("tensor_parallel_size", "2", "tp", 2L),
                arguments("-tp", "2", "tp", 2L),
                arguments("--tensor-parallel-size", "2", "tp", 2L),
                arguments("max-model-len", "4096", "maxModelLen", 4096L),
                arguments("maxModelLen", "4096", "maxModelLen", 4096L),
                arguments("device-memory-utilization", "0.5", "gpuMemoryUtilization", 0.5),
                arguments("seed", "3", "seed", 3L),
                arguments("--seed", "3", "engineSeed", 3L),
                arguments("engine-seed", "3", "engineSeed", 3L),
                arguments("long-prefill-token-threshold", "512", "long-prefill-token-threshold", "512"),
                arguments("longPrefillTokenThreshold", "512", "long-prefill-token-threshold", "512"),
                arguments("enable-chunked-prefill", "false", "enable-chunked-prefill", false),
                arguments("compilation-config", "{\"mode\": 3}", "compilation-config", "{\"mode\":3}"),
                arguments("cudagraph-capture-sizes", "[\"1\",\"2\"]", "cudagraph-capture-sizes", List.of("1", "2")),
                arguments("env", "[\"A=1\",\"B=2,3\"]", "env", List.of("A=1", "B=2,3")));
    }

    @ParameterizedTest(name = "-p {0}={1} sets {2}")
    @MethodSource("spellings")
    void aParameterIsFoundUnderEverySpelling(String name, String text, String setting, Object value) {
        Point point = only(model(), p(name, text));

        assertThat(point.settings().get(setting)).contains(value);
        assertThat(point.params()).as("-p names it, so it stands in params").containsKey(setting);
    }

    @Test
    void anEmptyValueLeavesAFlagOut() {
        Descriptors written = model().set("enforceEager", "true");

        assertThat(only(written, p("enforceEager", "")).settings().get("enforceEager"))
                .isEmpty();
        assertThat(points(plan(p("enforceEager", ",true"), written)))
                .extracting(point -> point.params().get("enforceEager"))
                .containsExactly("", "true");
    }

    @Test
    void aFieldIsSetUnderItsOwnNameAndUnderItsFlag() {
        Descriptors written = model().field("threshold", "long-prefill-token-threshold", "int", "0", "2048");

        assertThat(points(plan(written)))
                .extracting(Point::fields)
                .containsExactly(Map.of("threshold", "0"), Map.of("threshold", "2048"));
        assertThat(only(written, p("threshold", "512")).params()).containsExactly(Map.entry("threshold", "512"));
        assertThat(only(written, p("long-prefill-token-threshold", "512")).fields())
                .containsExactly(Map.entry("threshold", "512"));
    }

    @Test
    void aParameterOfTheUsersOwnMakesPointsOfItsOwn() {
        Plan plan = plan(model().prompts().field("topic", null, "java.lang.String", "law", "code"));

        assertThat(points(plan))
                .extracting(Point::params)
                .containsExactly(Map.of("topic", "law"), Map.of("topic", "code"));
        assertThat(points(plan)).extracting(Point::id).doesNotHaveDuplicates();
        assertThat(plan.configurations()).as("it costs no engine").hasSize(1);
    }

    // ---- grid ----

    @Test
    void engineSettingsMakeEnginesAndLoadSettingsMakePoints() {
        Plan plan = plan(model().set("tp", "1", "2")
                .set("maxConcurrency", "8", "32", "128")
                .forks(3, 1));

        assertThat(plan.configurations())
                .extracting(EngineConfiguration::params)
                .containsExactly(Map.of("tp", "1"), Map.of("tp", "2"));
        assertThat(plan.configurations()).allSatisfy(configuration -> assertThat(configuration.points())
                .extracting(point -> point.params().get("maxConcurrency"))
                .containsExactly("8", "32", "128"));
        assertThat(plan.points()).isEqualTo(6);
        assertThat(plan.engineStarts()).as("2 engines × (3 + 1) forks").isEqualTo(8);
        assertThat(points(plan))
                .extracting(Point::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[0-9a-f]{12}"));
    }

    @Test
    void whatABenchDoesNotUseIsDroppedAndItsGridShrinks() {
        Plan plan = plan(model().bench(SERVE, THROUGHPUT, LATENCY)
                .set("maxConcurrency", "8", "32")
                .set("numPrompts", "50"));

        assertThat(pointsOf(plan, SERVE)).hasSize(2);
        assertThat(pointsOf(plan, THROUGHPUT)).singleElement().satisfies(point -> {
            assertThat(point.params()).isEmpty();
            assertThat(point.settings().get("maxConcurrency")).isEmpty();
            assertThat(point.notes()).contains("maxConcurrency is left out: THROUGHPUT does not use it");
        });
        assertThat(pointsOf(plan, LATENCY)).singleElement().satisfies(point -> assertThat(point.notes())
                .contains(
                        "maxConcurrency is left out: LATENCY does not use it",
                        "numPrompts is left out: LATENCY does not use it"));
        assertThat(plan.configurations())
                .extracting(EngineConfiguration::kind)
                .containsExactly(Kind.SERVER, Kind.WORKER, Kind.WORKER);
    }

    @Test
    void latencyHasNoPrefixCachingUnlessAskedForAndThenSharesTheWorkerOfThroughput() {
        Descriptors benches = model().bench(THROUGHPUT, LATENCY);
        Point latency = pointsOf(plan(benches), LATENCY).get(0);

        assertThat(latency.settings().get("enablePrefixCaching")).contains(false);
        assertThat(latency.notes()).anyMatch(note -> note.startsWith("enablePrefixCaching = false, as vllm bench"));
        assertThat(pointsOf(plan(benches), THROUGHPUT).get(0).settings().get("enablePrefixCaching"))
                .isEmpty();
        assertThat(plan(benches).configurations()).hasSize(2);
        assertThat(plan(model().bench(THROUGHPUT, LATENCY).set("enablePrefixCaching", "true"))
                        .configurations())
                .singleElement()
                .satisfies(shared -> assertThat(shared.points()).hasSize(2).allSatisfy(point -> assertThat(
                                point.settings().get("enablePrefixCaching"))
                        .contains(true)));
        assertThat(plan(p("enable-prefix-caching", ""), benches).configurations())
                .as("an empty value leaves the flag to vLLM")
                .hasSize(1);
    }

    static Stream<Arguments> collapses() {
        return Stream.of(
                arguments(
                        "burstiness means nothing at an infinite rate",
                        model().set("requestRate", "inf", "4")
                                .set("maxConcurrency", "8")
                                .set("burstiness", "0.5", "1"),
                        3),
                arguments(
                        "inputLen means nothing for text",
                        model().set("dataset", "random", "dyno").set("inputLen", "128", "256"),
                        3),
                arguments(
                        "numPrompts ends no window that has a time",
                        model().set("numPrompts", "100", "200")
                                .measurement(1, 10L)
                                .warmup(1, 10L),
                        1),
                arguments(
                        "a batch is drained anyway",
                        model().set("maxConcurrency", "inf").set("drained", "true", "false"),
                        1),
                arguments("two spellings of a number", model().field("a", "topP", "double", "0.5", "0.50"), 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("collapses")
    void pointsThatBecomeEqualAreOne(String name, Descriptors written, int count) {
        assertThat(points(plan(written))).as(name).hasSize(count);
    }

    @Test
    void anEngineIsNeverSharedBetweenClasses() throws PlanException {
        Plan plan = Planner.plan(
                List.of(model().named("a.A").build(), model().named("a.B").build()), PlanRequest.none());

        assertThat(plan.configurations())
                .extracting(EngineConfiguration::benchmark)
                .containsExactly("a.A", "a.B");
        assertThat(plan.configurations()).extracting(EngineConfiguration::id).doesNotHaveDuplicates();
    }

    @Test
    void startupStartsTwoEnginesAnIteration() {
        Plan plan = plan(model().bench(STARTUP).forks(2, 0).measurement(4, null));

        assertThat(plan.configurations())
                .singleElement()
                .extracting(EngineConfiguration::kind)
                .isEqualTo(Kind.STARTUP);
        assertThat(plan.engineStarts()).isEqualTo(2 * 4 * 2);
    }

    @Test
    void benchesOfTheCommandLineTakeTheClassesPlace() {
        Plan plan = plan(
                request -> request.benches(List.of(THROUGHPUT)),
                model().bench(SERVE).set("maxConcurrency", "8"));

        assertThat(points(plan)).extracting(Point::bench).containsExactly(THROUGHPUT);
    }

    @Test
    void theSameInputGivesTheSamePlanAndOtherSettingsOtherIds() {
        Descriptors written = model().set("maxConcurrency", "8", "32");

        assertThat(plan(written)).isEqualTo(plan(written));
        assertThat(points(plan(written)).get(0).id())
                .as("a window's length is no part of a point's identity")
                .isEqualTo(points(plan(r(5), written)).get(0).id())
                .isNotEqualTo(points(plan(p("seed", "1"), written)).get(0).id());
    }

    // ---- order ----

    @Test
    void theOrderOfPointsIsShuffledByTheSeedAndTheFork() {
        UnaryOperator<PlanRequest.Builder> seven = request -> request.orderSeed(7);
        Descriptors written = model().set("maxConcurrency", "1", "2", "4", "8", "16", "32", "64", "128");
        Plan plan = plan(seven, written);
        EngineConfiguration configuration = plan.configurations().get(0);

        assertThat(plan.order(configuration, 0))
                .containsExactlyInAnyOrderElementsOf(configuration.points())
                .isEqualTo(plan(seven, written).order(configuration, 0))
                .isNotEqualTo(plan.order(configuration, 1))
                .isNotEqualTo(plan(request -> request.orderSeed(8), written).order(configuration, 0));
    }

    @Test
    void methodsOfLevelIterationNeedIterationsThatStandApart() throws PlanException {
        BenchmarkDescriptor written =
                model().setup(Level.Iteration).set("drained", "true").build();
        PlanRequest continuous =
                PlanRequest.builder().parameter("drained", "false").build();

        assertThat(Planner.plan(List.of(written), PlanRequest.none()).points()).isEqualTo(1);
        assertThatThrownBy(() -> Planner.plan(List.of(written), continuous))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("[DYNO-235]")
                .hasMessageContaining("drained=true or Level.Trial");
    }
}
