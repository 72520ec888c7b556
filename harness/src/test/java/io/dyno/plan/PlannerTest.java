package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.Bench;
import io.dyno.Endpoint;
import io.dyno.plan.EngineConfiguration.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
    private static final long SECOND = 1_000_000_000L;

    // ---- defaults ----

    @Test
    void aClassWithOnlyAModelIsAClosedLoopOf32OnRandomTokens() {
        Point point = only(model());

        assertThat(point.bench()).isEqualTo(SERVE);
        assertThat(point.load()).isEqualTo(new LoadShape.ClosedLoop(32));
        assertThat(point.drained()).isFalse();
        assertThat(point.workload())
                .isEqualTo(new Workload(
                        "random",
                        null,
                        1024,
                        1024,
                        Endpoint.COMPLETIONS,
                        true,
                        Map.of("temperature", 0.0),
                        0,
                        null,
                        false));
        assertThat(point.warmup()).isEqualTo(new Windows(1, 30 * SECOND, null));
        assertThat(point.measurement()).isEqualTo(new Windows(3, 30 * SECOND, null));
        assertThat(point.params()).as("nothing sweeps and -p named nothing").isEmpty();
        assertThat(point.settings().asMap().keySet())
                .containsExactly(
                        "model",
                        "dataset",
                        "inputLen",
                        "outputLen",
                        "endpoint",
                        "ignoreEos",
                        "seed",
                        "requestRate",
                        "maxConcurrency",
                        "drained",
                        "temperature");
        EngineConfiguration configuration = plan(model()).configurations().get(0);
        assertThat(configuration.kind()).isEqualTo(Kind.SERVER);
        assertThat(configuration.forks()).isEqualTo(3);
        assertThat(configuration.warmupForks()).isZero();
        assertThat(configuration.topology()).isEqualTo(new Topology(1, 1, 1, 1, 1, 1));
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                arguments("neither written", model(), new LoadShape.ClosedLoop(32), false),
                arguments("a concurrency", model().set("maxConcurrency", "8"), new LoadShape.ClosedLoop(8), false),
                arguments("a rate", model().set("requestRate", "4"), new LoadShape.OpenLoop(4, 1, null), false),
                arguments(
                        "both",
                        model().set("requestRate", "4").set("maxConcurrency", "8"),
                        new LoadShape.OpenLoop(4, 1, 8),
                        false),
                arguments(
                        "a rate and constant gaps",
                        model().set("requestRate", "4").set("burstiness", "inf"),
                        new LoadShape.OpenLoop(4, Double.POSITIVE_INFINITY, null),
                        false),
                arguments("an infinite rate, uncapped", model().set("requestRate", "inf"), new LoadShape.Batch(), true),
                arguments("uncapped", model().set("maxConcurrency", "inf"), new LoadShape.Batch(), true),
                arguments(
                        "uncapped as Load.UNCAPPED",
                        model().set("maxConcurrency", String.valueOf(io.dyno.Load.UNCAPPED)),
                        new LoadShape.Batch(),
                        true),
                arguments("drained", model().set("drained", "true"), new LoadShape.ClosedLoop(32), true),
                arguments("offline throughput", model().bench(THROUGHPUT), new LoadShape.Batch(), false),
                arguments("offline latency", model().bench(LATENCY), new LoadShape.Batch(), false),
                arguments("startup", model().bench(STARTUP), null, false));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("shapes")
    void rateAndConcurrencyDecideTheShapeOfTheLoad(String name, Descriptors written, LoadShape shape, boolean drained) {
        Point point = only(written);

        assertThat(point.load()).as(name).isEqualTo(shape);
        assertThat(point.drained()).as(name + " drained").isEqualTo(drained);
    }

    static Stream<Arguments> workloads() {
        return Stream.of(
                arguments("random ignores EOS", model(), "ignoreEos", true),
                arguments("text does not", model().set("dataset", "dyno"), "ignoreEos", false),
                arguments("prompts of the class do not", model().prompts(), "ignoreEos", false),
                arguments(
                        "unless it is written",
                        model().set("dataset", "dyno").set("ignoreEos", "true"),
                        "ignoreEos",
                        true),
                arguments("dyno repeats rows", model().set("dataset", "dyno"), "oversample", true),
                arguments(
                        "jsonl does not", model().set("dataset", "jsonl").set("datasetPath", "p"), "oversample", false),
                arguments("text has its own length", model().set("dataset", "dyno"), "inputLen", null),
                arguments("@Prompts take the dataset's place", model().prompts(), "dataset", null),
                arguments("salt is nobody's default", model(), "salt", null),
                arguments("chat", model().set("endpoint", "chat"), "endpoint", "CHAT"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("workloads")
    void theDatasetDecidesWhatElseIsDefault(String name, Descriptors written, String setting, Object value) {
        assertThat(only(written).settings().get(setting).orElse(null)).as(name).isEqualTo(value);
    }

    @Test
    void samplingGoesOutUnderTheNamesOfTheApi() {
        Point point = only(model().set("topP", "0.9").set("samplingSeed", "7").set("repetitionPenalty", "1.1"));

        assertThat(point.workload().sampling())
                .containsExactly(
                        Map.entry("temperature", 0.0),
                        Map.entry("top_p", 0.9),
                        Map.entry("repetition_penalty", 1.1),
                        Map.entry("seed", 7L));
    }

    // ---- windows ----

    static Stream<Arguments> windows() {
        UnaryOperator<PlanRequest.Builder> nothing = request -> request;
        Descriptors timed = model().measurement(null, 60L);
        Descriptors counted = model().set("numPrompts", "500");
        Descriptors both = model().set("numPrompts", "500").measurement(2, 60L);
        return Stream.of(
                arguments("nothing: 30 s", model(), nothing, time(3, 30)),
                arguments("a time in an annotation", timed, nothing, time(3, 60)),
                arguments("numPrompts where no time is written", counted, nothing, count(3, 500)),
                arguments("a time beats numPrompts of the class", both, nothing, time(2, 60)),
                arguments("-p numPrompts beats the annotation's time", both, p("numPrompts", "200"), count(2, 200)),
                arguments("-r beats the annotation", timed, r(10), time(3, 10)),
                arguments("-r beats numPrompts", counted, r(10), time(3, 10)),
                arguments("-r beats -p numPrompts", counted, both(r(10), p("numPrompts", "200")), time(3, 10)),
                arguments("-i", both, i(7), time(7, 60)),
                arguments("drained counts requests", model().set("drained", "true"), nothing, count(3, 100)),
                arguments(
                        "drained with a time",
                        model().set("drained", "true").measurement(1, 9L),
                        nothing,
                        count(1, 100)),
                arguments("throughput", model().bench(THROUGHPUT).set("numPrompts", "1000"), nothing, count(3, 1000)),
                arguments("latency", model().bench(LATENCY).set("batchSize", "4"), nothing, count(3, 4)),
                arguments("latency by default", model().bench(LATENCY), nothing, count(3, 8)),
                arguments("startup", model().bench(STARTUP), nothing, new Windows(3, null, null)));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("windows")
    void aWindowIsByTimeWhenOneIsWrittenElseByCountElse30Seconds(
            String name, Descriptors written, UnaryOperator<PlanRequest.Builder> request, Windows measurement) {
        assertThat(only(written, request).measurement()).as(name).isEqualTo(measurement);
    }

    @Test
    void warmUpAndMeasurementAreDecidedEachByItself() {
        Point point = only(model().warmup(2, 5L).set("numPrompts", "50"));

        assertThat(point.warmup()).isEqualTo(time(2, 5));
        assertThat(point.measurement()).isEqualTo(count(3, 50));
        assertThat(only(model(), request -> request.warmupTimeNanos(9 * SECOND).warmupIterations(4))
                        .warmup())
                .isEqualTo(time(4, 9));
        assertThat(only(model().bench(STARTUP)).warmup().count())
                .as("startup has no warm-up")
                .isZero();
    }

    @Test
    void whatOneRunOfVllmBenchServeMeasuresCanBeAskedFor() {
        Plan plan = plan(
                request -> request.parameter("drained", "true")
                        .forks(1)
                        .warmupIterations(0)
                        .iterations(1),
                model());

        assertThat(plan.engineStarts()).isEqualTo(1);
        Point point = points(plan).get(0);
        assertThat(point.drained()).isTrue();
        assertThat(point.warmup().count()).isZero();
        assertThat(point.measurement()).isEqualTo(count(1, 100));
    }

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

        assertThat(of(plan, SERVE)).hasSize(2);
        assertThat(of(plan, THROUGHPUT)).singleElement().satisfies(point -> {
            assertThat(point.params()).isEmpty();
            assertThat(point.settings().get("maxConcurrency")).isEmpty();
            assertThat(point.notes()).contains("maxConcurrency is left out: THROUGHPUT does not use it");
        });
        assertThat(of(plan, LATENCY)).singleElement().satisfies(point -> assertThat(point.notes())
                .contains(
                        "maxConcurrency is left out: LATENCY does not use it",
                        "numPrompts is left out: LATENCY does not use it"));
        assertThat(plan.configurations())
                .extracting(EngineConfiguration::kind)
                .containsExactly(Kind.SERVER, Kind.WORKER);
        assertThat(plan.configurations().get(1).points())
                .as("offline benches share a worker")
                .hasSize(2);
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

    // ---- estimates and notes ----

    @Test
    void theExpectedTimeIsStartsAndWindowsAndTheTail() {
        Plan plan = plan(
                request -> request.startSeconds(60),
                model().set("maxConcurrency", "8", "32")
                        .set("outputLen", "1000")
                        .forks(2, null)
                        .warmup(1, 30L)
                        .measurement(3, 60L));

        assertThat(plan.estimateSeconds())
                .as("2 forks × (60 + 2 × (30 + 180 + 10))")
                .isEqualTo(1000);
    }

    static Stream<Arguments> notes() {
        return Stream.of(
                arguments("a short window", model().measurement(1, 5L), "windows may be too short"),
                arguments("a short warm-up", model().warmup(1, 5L), "the warm-up may be too short"),
                arguments("no warm-up", model().warmup(0, null), "contains the load's own ramp"),
                arguments(
                        "a time and drained",
                        model().set("drained", "true").measurement(1, 5L),
                        "time of windows is not used"),
                arguments("a time offline", model().bench(LATENCY).measurement(1, 5L), "an iteration of LATENCY ends"),
                arguments("a batch", model().set("maxConcurrency", "inf"), "is one batch"),
                arguments(
                        "too few prompts",
                        model().set("numPrompts", "16"),
                        "numPrompts = 16 never fills maxConcurrency = 32"),
                arguments("a warm-up of STARTUP", model().bench(STARTUP).warmup(2, null), "STARTUP has none"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notes")
    void thePlanSaysWhatItDidAndWhatItDoubts(String name, Descriptors written, String note) {
        assertThat(only(written).notes()).as(name).anySatisfy(text -> assertThat(text)
                .contains(note));
    }

    // ---- support ----

    private static Windows time(int count, long seconds) {
        return new Windows(count, seconds * SECOND, null);
    }

    private static Windows count(int count, int requests) {
        return new Windows(count, null, requests);
    }

    private static UnaryOperator<PlanRequest.Builder> p(String name, String text) {
        return request -> request.parameter(name, text);
    }

    private static UnaryOperator<PlanRequest.Builder> r(long seconds) {
        return request -> request.timeNanos(seconds * SECOND);
    }

    private static UnaryOperator<PlanRequest.Builder> i(int iterations) {
        return request -> request.iterations(iterations);
    }

    private static UnaryOperator<PlanRequest.Builder> both(
            UnaryOperator<PlanRequest.Builder> first, UnaryOperator<PlanRequest.Builder> second) {
        return request -> second.apply(first.apply(request));
    }

    private static Plan plan(Descriptors written) {
        return plan(request -> request, written);
    }

    private static Plan plan(UnaryOperator<PlanRequest.Builder> request, Descriptors written) {
        try {
            return Planner.plan(
                    List.of(written.build()),
                    request.apply(PlanRequest.builder()).build());
        } catch (PlanException e) {
            throw new AssertionError("expected a plan, got problems:\n" + e.getMessage(), e);
        }
    }

    private static List<Point> points(Plan plan) {
        return plan.configurations().stream()
                .map(EngineConfiguration::points)
                .flatMap(Collection::stream)
                .toList();
    }

    private static List<Point> of(Plan plan, Bench bench) {
        return points(plan).stream().filter(point -> point.bench() == bench).toList();
    }

    private static Point only(Descriptors written) {
        return only(written, request -> request);
    }

    private static Point only(Descriptors written, UnaryOperator<PlanRequest.Builder> request) {
        List<Point> points = points(plan(request, written));
        assertThat(points).as("one point").hasSize(1);
        return points.get(0);
    }
}
