package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import io.dyno.plan.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The offline classes of the suite: what each of them measures. */
class SuiteTest {
    private static final int DOCUMENTS = 8;

    private static List<Point> points(String name) throws PlanException {
        BenchmarkDefinition definition = ServiceLoader.load(BenchmarkDefinition.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.descriptor().benchmark().equals("io.dyno.benchmarks." + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no benchmark " + name));
        Plan plan = Planner.plan(
                List.of(definition.descriptor()),
                PlanRequest.builder().detected(1).build());
        assertThat(plan.skipped()).as("skipped points of %s", name).isEmpty();
        return plan.configurations().stream()
                .flatMap(configuration -> configuration.points().stream())
                .toList();
    }

    @ParameterizedTest(name = "{0}: {2} points of {1}")
    @CsvSource({
        "OfflineThroughput, THROUGHPUT, 1",
        "OfflineLatency, LATENCY, 1",
        "Startup, STARTUP, 2",
        "IslOslGrid, THROUGHPUT, 16",
        "BatchSizeSweep, LATENCY, 5",
        "OfflinePrefixCaching, THROUGHPUT, 4",
        "LongDocumentQa, THROUGHPUT, 3"
    })
    void eachClassHasItsPoints(String name, Bench bench, int points) throws PlanException {
        assertThat(points(name)).hasSize(points).allSatisfy(point -> assertThat(point.bench())
                .isEqualTo(bench));
    }

    @Test
    void theBatchesAreThoseOfTheSweep() throws PlanException {
        assertThat(points("BatchSizeSweep")).extracting(Point::batchSize).containsExactly(32, 64, 128, 256, 384);
    }

    static Stream<String> classes() {
        return Stream.of(
                "OfflineThroughput",
                "OfflineLatency",
                "Startup",
                "IslOslGrid",
                "BatchSizeSweep",
                "OfflinePrefixCaching",
                "LongDocumentQa");
    }

    @ParameterizedTest
    @MethodSource("classes")
    void eachClassIsShort(String name) throws IOException {
        Path source = Path.of("src/main/java/io/dyno/benchmarks", name + ".java");
        assertThat(Files.readAllLines(source)).as(name).hasSizeLessThan(40);
    }

    @ParameterizedTest
    @CsvSource({"tile, 0123456701234567", "interleave, 0011223344556677"})
    void documentsRepeatInTheOrderAsked(String repeat, String order) {
        assertThat(order(repeat, 0)).isEqualTo(order);
    }

    @Test
    void documentsInRandomOrderAreEachThereTwiceAndTheSameAgainUnderTheSameSeed() {
        assertThat(order("random", 0)).isNotEqualTo("0011223344556677").isEqualTo(order("random", 0));
        assertThat(order("random", 0)
                        .chars()
                        .sorted()
                        .mapToObj(Character::toString)
                        .toList())
                .isEqualTo(IntStream.range(0, 2 * DOCUMENTS)
                        .mapToObj(i -> Integer.toString(i / 2))
                        .toList());
        assertThat(order("random", 1)).isNotEqualTo(order("random", 0));
    }

    /** Documents numbered as they are first seen. */
    private static String order(String repeat, int window) {
        LongDocumentQa benchmark = new LongDocumentQa();
        benchmark.repeat = repeat;
        benchmark.documentLen = 200;
        Map<String, Integer> numbers = new HashMap<>();
        StringBuilder order = new StringBuilder();
        for (Prompt prompt : benchmark.prompts(new PromptRequest(2 * DOCUMENTS, window, 40 + window))) {
            order.append(numbers.computeIfAbsent(Arrays.toString(prompt.tokenIds()), ids -> numbers.size()));
        }
        return order.toString();
    }
}
