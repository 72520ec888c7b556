package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One class, measured online and offline on the real vLLM, with the same metric names. */
@Timeout(value = 9, unit = TimeUnit.MINUTES)
class AllBenchesRealIT {
    @TempDir
    Path folder;

    @Test
    void oneClassIsMeasuredByAllBenches() throws Exception {
        try (RealDyno dyno = RealDyno.start(
                folder,
                "RateSweep",
                "-bm",
                "serve,throughput,latency,startup",
                "-p",
                "inputLen=64",
                "-p",
                "requestRate=4",
                "-p",
                "drained=true",
                "-p",
                "numPrompts=20",
                "-i",
                "1")) {
            boolean measured = dyno.measured();
            Map<String, JsonNode> points = new LinkedHashMap<>();
            dyno.results()
                    .at("/benchmarks")
                    .forEach(point -> points.put(point.at("/bench").asText(), point));

            assertThat(points).containsOnlyKeys("serve", "throughput", "latency", "startup");
            for (String bench : new String[] {"throughput", "latency"}) {
                JsonNode point = points.get(bench);
                assertThat(point.at("/status").asText()).as("%s", point).isEqualTo("ok");
                assertThat(point.at("/simulated").asBoolean(true)).isFalse();
                for (String metric : new String[] {"ttft", "tpot", "e2el", "output_throughput"}) {
                    assertThat(point.at("/metrics/" + metric + "/score").asDouble())
                            .as("%s of %s", metric, bench)
                            .isPositive();
                }
                assertThat(point.at("/metrics/itl/score").isNull()).isTrue();
                assertThat(point.at("/metrics/itl/reason").asText()).contains("first and the last token");
            }
            JsonNode starts = points.get("startup").at("/metrics");
            for (String metric :
                    new String[] {"startup_cold", "startup_warm", "engine_init_cold", "first_token_cold"}) {
                assertThat(starts.at("/" + metric + "/score").asDouble())
                        .as(metric)
                        .isPositive();
            }
            assertThat(starts.at("/compilation_cold/reason").asText())
                    .as("in eager mode nothing is compiled, and that is no 0")
                    .isNotEmpty();
            assertThat(points.get("serve").at("/metrics/ttft/score").isNumber()).isEqualTo(measured);
            assertThat(dyno.console()).doesNotContain("SIMULATED");
        }
    }
}
