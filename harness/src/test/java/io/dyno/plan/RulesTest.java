package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.bare;
import static io.dyno.plan.Descriptors.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.plan.Problem.Place;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    private static final String SPECULATIVE = "{\"method\":\"ngram\",\"num_speculative_tokens\":4}";

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(model().set("tp", "two"), "DYNO-101", attribute("tp", 0), "tp = two: is not a whole number"),
                row(model().set("maxConcurrency", "many"), "DYNO-101", attribute("maxConcurrency", 0), "or inf"),
                row(model().set("topP", "1e"), "DYNO-101", attribute("topP", 0), "is not a number"),
                row(model().set("drained", "yes"), "DYNO-101", attribute("drained", 0), "neither true nor false"),
                row(model().set("tp", "1", "0"), "DYNO-102", attribute("tp", 1), "tp = 0: must be at least 1"),
                row(model().set("pp", "-1"), "DYNO-102", attribute("pp", 0), "at least 1"),
                row(model().set("dp", "0"), "DYNO-102", attribute("dp", 0), "at least 1"),
                row(model().set("maxModelLen", "-2"), "DYNO-102", attribute("maxModelLen", 0), "or -1 (the longest"),
                row(
                        model().set("gpuMemoryUtilization", "1.5"),
                        "DYNO-102",
                        attribute("gpuMemoryUtilization", 0),
                        "must be in (0, 1]"),
                row(model().set("engineSeed", "-1"), "DYNO-102", attribute("engineSeed", 0), "in [0, 4294967295]"),
                row(model().set("maxNumSeqs", "0"), "DYNO-102", attribute("maxNumSeqs", 0), "at least 1"),
                row(
                        model().set("maxNumBatchedTokens", "0"),
                        "DYNO-102",
                        attribute("maxNumBatchedTokens", 0),
                        "least 1"),
                row(model().set("blockSize", "0"), "DYNO-102", attribute("blockSize", 0), "at least 1"),
                row(model().set("numPrompts", "0"), "DYNO-102", attribute("numPrompts", 0), "at least 1"),
                row(model().set("inputLen", "0"), "DYNO-102", attribute("inputLen", 0), "at least 1"),
                row(model().set("outputLen", "0"), "DYNO-102", attribute("outputLen", 0), "at least 1"),
                row(model().bench(LATENCY).set("batchSize", "0"), "DYNO-102", attribute("batchSize", 0), "at least 1"),
                row(model().set("requestRate", "0"), "DYNO-102", attribute("requestRate", 0), "greater than 0, or inf"),
                row(model().set("maxConcurrency", "0"), "DYNO-102", attribute("maxConcurrency", 0), "or inf"),
                row(
                        model().set("requestRate", "1").set("burstiness", "-1"),
                        "DYNO-102",
                        attribute("burstiness", 0),
                        "greater than 0, or inf"),
                row(model().set("temperature", "-0.1"), "DYNO-102", attribute("temperature", 0), "at least 0"),
                row(model().set("temperature", "inf"), "DYNO-102", attribute("temperature", 0), "at least 0"),
                row(model().set("topP", "0"), "DYNO-102", attribute("topP", 0), "in (0, 1]"),
                row(model().set("topK", "-2"), "DYNO-102", attribute("topK", 0), "at least -1"),
                row(model().set("minP", "1.1"), "DYNO-102", attribute("minP", 0), "in [0, 1]"),
                row(model().set("presencePenalty", "3"), "DYNO-102", attribute("presencePenalty", 0), "in [-2, 2]"),
                row(model().set("frequencyPenalty", "-3"), "DYNO-102", attribute("frequencyPenalty", 0), "in [-2, 2]"),
                row(model().set("repetitionPenalty", "0"), "DYNO-102", attribute("repetitionPenalty", 0), "than 0"),
                row(model().set("dtype", "bfloat61"), "DYNO-103", attribute("dtype", 0), "did you mean \"bfloat16\"?"),
                row(
                        model().field("n", "scheduling-policy", "java.lang.String", "fcfs", "prio"),
                        "DYNO-103",
                        new Place.OnField("n", 1),
                        "n (scheduling-policy) = prio: must be one of fcfs, priority"),
                row(model().set("maxConcurrency", "8", "8"), "DYNO-104", attribute("maxConcurrency", 1), "twice"),
                row(model().set("topP", "0.5", "0.50"), "DYNO-104", attribute("topP", 1), "twice in the sweep"),
                row(
                        model().set("tp", "1").field("tensorParallelSize", "tp", "int", "2"),
                        "DYNO-105",
                        new Place.OnField("tensorParallelSize", -1),
                        "the setting tp is set twice, here and by the attribute tp"),
                row(
                        model().field("a", "max-logprobs", "int", "2").field("b", "max-logprobs", "int", "3"),
                        "DYNO-105",
                        new Place.OnField("b", -1),
                        "by the field a"),
                row(
                        model().set("maxNumSeqs", "8").list("engineArgs", "--max_num_seqs", "16"),
                        "DYNO-105",
                        attribute("engineArgs", 0),
                        "engineArgs set --max-num-seqs, and so does the attribute maxNumSeqs"),
                row(
                        model().list("engineArgs", "--max-logprobs", "5", "--max-logprobs=6"),
                        "DYNO-105",
                        attribute("engineArgs", 2),
                        "engineArgs give --max-logprobs twice"),
                row(
                        model().bench(THROUGHPUT).set("maxConcurrency", "8"),
                        "DYNO-106",
                        attribute("maxConcurrency", -1),
                        "maxConcurrency is used by SERVE, and this class measures THROUGHPUT"),
                row(model().set("batchSize", "8"), "DYNO-106", attribute("batchSize", -1), "used by LATENCY"),
                row(
                        model().bench(STARTUP).set("outputLen", "8"),
                        "DYNO-106",
                        attribute("outputLen", -1),
                        "used by SERVE, THROUGHPUT, LATENCY"),
                row(
                        model().set("dataset", "dyno").set("inputLen", "8"),
                        "DYNO-106",
                        attribute("inputLen", -1),
                        "inputLen means nothing for prompts from dataset dyno"),
                row(model().prompts().set("inputLen", "8"), "DYNO-106", attribute("inputLen", -1), "a @Prompts method"),
                row(
                        model().field("n", "max-num-seq", "int", "256"),
                        "DYNO-107",
                        new Place.OnField("n", -1),
                        "vLLM 0.32.0 has no engine argument \"max-num-seq\"; did you mean \"max-num-seqs\"?"),
                row(
                        model().list("engineArgs", "--enable-chunked-prefil"),
                        "DYNO-107",
                        attribute("engineArgs", 0),
                        "did you mean \"enable-chunked-prefill\"?"),
                row(
                        model().field("n", "quantum-entanglement", "int", "1"),
                        "DYNO-108",
                        new Place.OnField("n", -1),
                        "a newer vLLM may have it"),
                row(
                        model().set("burstiness", "0.5"),
                        "DYNO-109",
                        attribute("burstiness", -1),
                        "burstiness shapes the gaps of a finite requestRate"),
                row(
                        model().set("burstiness", "0.5").set("requestRate", "inf"),
                        "DYNO-109",
                        attribute("burstiness", -1),
                        "none is given"),
                row(
                        model().set("expertParallel", "true").set("pp", "2"),
                        "DYNO-110",
                        attribute("expertParallel", -1),
                        "cannot go with pp = 2"),
                row(
                        model().set("maxModelLen", "1024"),
                        "DYNO-112",
                        attribute("maxModelLen", -1),
                        "inputLen + outputLen = 1024 + 1024 does not fit into maxModelLen = 1024"),
                row(
                        model().set("maxNumBatchedTokens", "128").set("maxNumSeqs", "256"),
                        "DYNO-113",
                        attribute("maxNumBatchedTokens", -1),
                        "is below maxNumSeqs = 256"),
                row(
                        model().list("engineArgs", "--port", "8000"),
                        "DYNO-114",
                        attribute("engineArgs", 0),
                        "--port cannot be set by a benchmark: the engine listens on loopback"),
                row(
                        model().field("host", "host", "java.lang.String", "0.0.0.0"),
                        "DYNO-114",
                        new Place.OnField("host", -1),
                        "remove it"),
                row(
                        model().list("engineArgs", "--api-key", "sk-123"),
                        "DYNO-115",
                        attribute("engineArgs", 0),
                        "export VLLM_API_KEY in the shell"),
                row(
                        model().list("env", "HF_TOKEN=hf_123"),
                        "DYNO-115",
                        attribute("env", 0),
                        "env sets HF_TOKEN, which looks like a secret"),
                row(model().list("env", "NCCL_DEBUG"), "DYNO-116", attribute("env", 0), "is no NAME=value"),
                row(model().list("env", "1A=2"), "DYNO-116", attribute("env", 0), "\"1A=2\" is no NAME=value"),
                row(model().list("env", "A=1", "A=2"), "DYNO-116", attribute("env", 1), "env sets A twice"),
                row(
                        model().list("engineArgs", "5"),
                        "DYNO-117",
                        attribute("engineArgs", 0),
                        "\"5\" stands behind no flag"),
                row(
                        model().list("engineArgs", "--max-logprobs"),
                        "DYNO-117",
                        attribute("engineArgs", 0),
                        "--max-logprobs needs a value"),
                row(
                        model().list("engineArgs", "--max-logprobs", "--enable-lora"),
                        "DYNO-117",
                        attribute("engineArgs", 0),
                        "--max-logprobs needs a value"),
                row(
                        model().list("engineArgs", "--max-logprobs 5"),
                        "DYNO-117",
                        attribute("engineArgs", 0),
                        "write {\"--max-logprobs\", \"5\"}"),
                row(
                        model().list("engineArgs", "--enable-lora", "true"),
                        "DYNO-117",
                        attribute("engineArgs", 1),
                        "\"true\" stands behind no flag"),
                row(
                        model().list("engineArgs", "--enable-lora=true"),
                        "DYNO-117",
                        attribute("engineArgs", 0),
                        "write --enable-lora or --no-enable-lora"),
                row(
                        model().list("engineArgs", "-tp", "2"),
                        "DYNO-118",
                        attribute("engineArgs", 0),
                        "--tensor-parallel-size in engineArgs has the attribute tp"),
                row(
                        model().set("dataset", "dyno").set("speculativeConfig", "{\"method\": ngram}"),
                        "DYNO-119",
                        attribute("speculativeConfig", 0),
                        "is no JSON"),
                row(
                        model().set("dataset", "dyno").set("speculativeConfig", "[1]"),
                        "DYNO-119",
                        attribute("speculativeConfig", 0),
                        "is no JSON object"),
                row(
                        model().set("dataset", "dyno").set("speculativeConfig", "{\"a\":1,\"a\":2}"),
                        "DYNO-119",
                        attribute("speculativeConfig", 0),
                        "Duplicate field"),
                row(
                        model().list("engineArgs", "--compilation-config", "{mode:3}"),
                        "DYNO-119",
                        attribute("engineArgs", 0),
                        "--compilation-config {mode:3}: is no JSON"),
                row(
                        model().set("speculativeConfig", SPECULATIVE),
                        "DYNO-120",
                        attribute("speculativeConfig", -1),
                        "dataset random sends random tokens"),
                row(
                        model().set("dataset", "randon"),
                        "DYNO-121",
                        attribute("dataset", 0),
                        "must be one of random, dyno, jsonl, sharegpt, prefix_repetition, sonnet, trtllm; did you mean \"random\"?"),
                row(model().set("dataset", "jsonl"), "DYNO-122", attribute("dataset", -1), "datasetPath names none"),
                row(
                        model().set("datasetPath", "x.jsonl"),
                        "DYNO-123",
                        attribute("datasetPath", -1),
                        "prompts from dataset random read no file"),
                row(model().slo(null, null, null, 0.99), "DYNO-125", slo(""), "@Slo without a limit"),
                row(model().slo(0.0, null, null, 0.99), "DYNO-126", slo("ttftMillis"), "greater than 0"),
                row(model().slo(500.0, null, null, 99), "DYNO-126", slo("attainment"), "99 % is 0.99"),
                row(model().slo(500.0, null, null, 0), "DYNO-126", slo("attainment"), "share in (0, 1]"),
                row(
                        model().bench(LATENCY).slo(500.0, null, null, 0.9),
                        "DYNO-127",
                        slo(""),
                        "this class measures LATENCY"),
                row(model().forks(0, null), "DYNO-128", on("Fork", "value"), "@Fork(value = 0) must be at least 1"),
                row(model().forks(null, -1), "DYNO-128", on("Fork", "warmups"), "at least 0"),
                row(model().warmup(-1, null), "DYNO-129", on("Warmup", "iterations"), "at least 0"),
                row(model().measurement(0, null), "DYNO-129", on("Measurement", "iterations"), "at least 1"),
                row(model().measurement(null, 0L), "DYNO-130", on("Measurement", "time"), "must be greater than 0"),
                row(bare().set("model", ""), "DYNO-134", attribute("model", 0), "model is empty"),
                row(model().bench(SERVE, SERVE), "DYNO-135", on("VllmBenchmark", "bench"), "twice"));
    }

    @ParameterizedTest(name = "{1} at {2}")
    @MethodSource("mistakes")
    void eachMistakeIsOneProblemWithItsCodePlaceAndRemedy(
            BenchmarkDescriptor written, String code, Place place, String text) {
        List<Problem> problems = Rules.check(written);

        assertThat(problems).as("exactly this one problem").singleElement().satisfies(problem -> {
            assertThat(problem.rule().code()).isEqualTo(code);
            assertThat(problem.place()).isEqualTo(place);
            assertThat(problem.message()).contains(text);
        });
    }

    static Stream<Arguments> fine() {
        return Stream.of(
                arguments("nothing written", bare()),
                arguments(
                        "a sweep in which one combination works",
                        model().set("expertParallel", "true", "false").set("pp", "1", "2")),
                arguments(
                        "some lengths that fit",
                        model().set("maxModelLen", "2048").set("inputLen", "1024", "8192")),
                arguments("-1 for the longest context", model().set("maxModelLen", "-1")),
                arguments(
                        "one finite rate of two",
                        model().set("requestRate", "inf", "4").set("burstiness", "0.5", "inf")),
                arguments(
                        "a setting used by one bench of two",
                        model().bench(SERVE, LATENCY).set("batchSize", "4")),
                arguments("chat with random tokens", model().set("endpoint", "CHAT")),
                arguments("drained with a time", model().set("drained", "true").measurement(1, 10L)),
                arguments("top-k of all", model().set("topK", "0", "-1")),
                arguments("an empty value leaves a flag out", model().set("quantization", "", "fp8")),
                arguments("jsonl with a path", model().set("dataset", "jsonl").set("datasetPath", "p.jsonl")),
                arguments(
                        "random and jsonl with a path",
                        model().set("dataset", "random", "jsonl").set("datasetPath", "p")),
                arguments("speculation on text", model().set("dataset", "dyno").set("speculativeConfig", SPECULATIVE)),
                arguments("speculation on @Prompts", model().prompts().set("speculativeConfig", SPECULATIVE)),
                arguments(
                        "a flag without attribute",
                        model().field("n", "long-prefill-token-threshold", "int", "0", "2048")),
                arguments(
                        "variables whose names only resemble secrets",
                        model().list("env", "TOKENIZERS_PARALLELISM=false")),
                arguments("an empty variable", model().list("env", "A=")),
                arguments(
                        "arguments of every arity",
                        model().list(
                                        "engineArgs",
                                        "--max-logprobs",
                                        "5",
                                        "--no-enable-chunked-prefill",
                                        "--cudagraph-capture-sizes",
                                        "1",
                                        "2",
                                        "-cc",
                                        "{\"mode\": 3}",
                                        "--profiler-config.profiler",
                                        "torch",
                                        "--profiler-config.torch_profiler_dir=/tmp/x",
                                        "-O3",
                                        "--kv_offloading_size=-1",
                                        "--prefill-schedule-interval",
                                        "-1",
                                        "--aggregate-engine-logging")),
                arguments(
                        "no word of a flag that takes other words too",
                        model().list("engineArgs", "--model-impl", "mine")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fine")
    void whatIsRightIsNoProblem(String name, Descriptors written) {
        assertThat(Rules.check(written.build())).as(name).isEmpty();
    }

    @Test
    void allMistakesAreReportedAtOnceInAStableOrder() {
        BenchmarkDescriptor written = model().set("tp", "0")
                .set("dtype", "int3")
                .set("burstiness", "1")
                .field("n", "max-num-seq", "int", "1")
                .slo(null, null, null, 2)
                .forks(0, null)
                .build();

        assertThat(Rules.check(written))
                .extracting(problem -> problem.rule().code())
                .containsExactly("DYNO-102", "DYNO-103", "DYNO-107", "DYNO-109", "DYNO-125", "DYNO-126", "DYNO-128");
    }

    @Test
    void everyCodeStandsOnceAndHasALongFormOfItsOwn() {
        assertThat(List.of(Rule.values())).extracting(Rule::code).doesNotHaveDuplicates();
        assertThat(List.of(Rule.values())).extracting(Rule::explanation).doesNotHaveDuplicates();
        assertThat(List.of(Rule.values())).allSatisfy(rule -> {
            assertThat(rule.code()).matches("DYNO-[123]\\d\\d");
            assertThat(rule.title()).isNotBlank();
            assertThat(rule.explanation()).as("explanation of " + rule.code()).hasSizeGreaterThan(40);
        });
    }

    private static Arguments row(Descriptors written, String code, Place place, String text) {
        return arguments(written.build(), code, place, text);
    }

    private static Place attribute(String name, int value) {
        return new Place.OnSetting(name, value);
    }

    private static Place slo(String attribute) {
        return new Place.OnAttribute("Slo", attribute);
    }

    private static Place on(String annotation, String attribute) {
        return new Place.OnAttribute(annotation, attribute);
    }
}
