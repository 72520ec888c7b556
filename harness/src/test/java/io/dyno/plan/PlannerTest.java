package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.bare;
import static io.dyno.plan.Descriptors.model;
import static io.dyno.plan.Plans.both;
import static io.dyno.plan.Plans.count;
import static io.dyno.plan.Plans.i;
import static io.dyno.plan.Plans.only;
import static io.dyno.plan.Plans.p;
import static io.dyno.plan.Plans.plan;
import static io.dyno.plan.Plans.points;
import static io.dyno.plan.Plans.r;
import static io.dyno.plan.Plans.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.Endpoint;
import io.dyno.plan.EngineConfiguration.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
    // ---- defaults ----

    @Test
    void theOneModelThatAServerServesIsForClassesThatNameNone() {
        UnaryOperator<PlanRequest.Builder> served =
                request -> request.remote(true).servedModel("tiny");

        Point point = only(bare(), served);
        assertThat(point.settings().text("model")).isEqualTo("tiny");
        assertThat(point.params()).as("-p named nothing").isEmpty();
        assertThat(only(model(), served).settings().text("model"))
                .as("the class knows")
                .isEqualTo(only(model()).settings().text("model"));
        assertThat(only(bare(), both(served, p("model", "big"))).settings().text("model"))
                .as("-p knows best")
                .isEqualTo("big");
    }

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
        assertThat(point.warmup()).isEqualTo(new Windows(1, 30 * Plans.SECOND, null));
        assertThat(point.measurement()).isEqualTo(new Windows(3, 30 * Plans.SECOND, null));
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
                arguments("offline throughput", model().bench(THROUGHPUT), new LoadShape.Batch(), true),
                arguments("offline latency", model().bench(LATENCY), new LoadShape.Batch(), true),
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
        assertThat(only(model(), request -> request.warmupTimeNanos(9 * Plans.SECOND)
                                .warmupIterations(4))
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

    @Test
    void profiledIterationsTakeTimeAndSomeProfilersAnEngine() {
        Plan plan = plan(
                request -> request.startSeconds(60)
                        .profiling(List.of(new Profiling("torch", 1, false), new Profiling("nsys", 2, true))),
                model().bench(SERVE, STARTUP)
                        .set("maxConcurrency", "8", "32")
                        .set("outputLen", "1000")
                        .forks(1, null)
                        .warmup(1, 30L)
                        .measurement(1, 60L));

        EngineConfiguration server = plan.configurations().get(0);
        assertThat(plan.estimateSeconds(server, plan.profiling().get(0)))
                .as("2 × (30 + 60 + 10)")
                .isEqualTo(200);
        assertThat(plan.estimateSeconds(server, plan.profiling().get(1)))
                .as("60 + 2 × (30 + 2 × (60 + 10))")
                .isEqualTo(400);
        assertThat(plan.estimateSeconds(server))
                .as("those and 60 + 2 × (30 + 60 + 10)")
                .isEqualTo(860);
        EngineConfiguration startup = plan.configurations().get(1);
        assertThat(plan.estimateSeconds(startup)).as("STARTUP has none").isEqualTo(120);
        assertThat(plan.engineStarts())
                .as("the fork, nsys' own, a pair of starts")
                .isEqualTo(1 + 1 + 2);
    }

    @Test
    void aNoteOfManyPointsIsToldOnce() {
        Plan plan = plan(model().set("maxConcurrency", "8", "32").warmup(0, null));

        assertThat(plan.notes())
                .containsExactly(
                        "ChatCapacity.serve: without a warm-up the first window contains the load's own ramp and"
                                + " will be marked suspect");
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
}
