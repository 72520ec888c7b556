package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.benchmarks.Offspring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite's benchmarks on the real vLLM: the same classes as on the simulator, and numbers that were measured. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SuiteRealIT {
    @TempDir
    Path folder;

    /** Drained runs of few requests: how many there are does not depend on how fast this machine is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ChatCapacity  | inputLen=64   | maxConcurrency=2 | 1
            RateSweep     | inputLen=64   | requestRate=4    | 1
            [.]PrefixCaching | sharedLen=256 | maxConcurrency=2 | 2
            """)
    void measuresWhatTheEngineDid(String benchmark, String prompts, String load, int points) throws Exception {
        try (RealDyno dyno = RealDyno.start(
                folder, benchmark, "-p", prompts, "-p", load, "-p", "drained=true", "-p", "numPrompts=20", "-i", "2")) {
            boolean measured = dyno.measured();
            JsonNode benchmarks = dyno.results().at("/benchmarks");

            assertThat(benchmarks).hasSize(points);
            for (JsonNode point : benchmarks) {
                assertThat(point.at("/engine").asText()).isEqualTo("vllm");
                assertThat(point.at("/engineVersion").asText()).startsWith("0.32.0");
                assertThat(point.at("/simulated").asBoolean(true)).isFalse();
                if (!measured) {
                    continue;
                }
                assertThat(point.at("/requests/scored").asInt()).isEqualTo(40);
                assertThat(point.at("/metrics/output_throughput/score").asDouble())
                        .as("output tokens per second")
                        .isPositive();
                assertThat(point.at("/metrics/ttft/score").asDouble())
                        .as("ttft, ms")
                        .isBetween(0.1, 60_000.0);
            }
            assertThat(dyno.console()).doesNotContain("SIMULATED");
            assertThat(Offspring.await(
                            Duration.ofSeconds(15), () -> dyno.alive().isEmpty()))
                    .as("nothing is left: %s", dyno.alive())
                    .isTrue();
        }
    }
}
