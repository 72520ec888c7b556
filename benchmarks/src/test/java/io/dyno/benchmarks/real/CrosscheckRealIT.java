package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code -crosscheck} with the real {@code vllm bench serve}. How near the figures are, docs/crosscheck.md says: that takes a quiet machine. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class CrosscheckRealIT {
    @TempDir
    Path folder;

    @Test
    void bothClientsHaveTheSameWorkDone() throws Exception {
        try (RealDyno dyno = RealDyno.start(
                folder,
                "RateSweep",
                "-p",
                "requestRate=4",
                "-p",
                "drained=true",
                "-p",
                "numPrompts=20",
                "-wi",
                "0",
                "-i",
                "1",
                "-crosscheck-pairs",
                "1")) {
            dyno.measured(); // what is void here is judged by the check's own words
            JsonNode check = new ObjectMapper()
                    .readTree(dyno.file("crosscheck.json").toFile())
                    .at("/points/0");
            assertThat(check.get("status").asText()).as("%s", dyno.console()).isEqualTo("ok");
            assertThat(check.get("requests").asInt()).isEqualTo(20);
            assertThat(check.get("cacheReset").asBoolean()).isTrue();
            JsonNode ours = check.at("/pairs/0/dyno");
            JsonNode theirs = check.at("/pairs/0/vllm");
            assertThat(ours.get("inputTokens")).isEqualTo(theirs.get("inputTokens"));
            assertThat(ours.get("outputTokens").asInt())
                    .isEqualTo(20 * 16)
                    .isEqualTo(theirs.get("outputTokens").asInt());
            assertThat(check.get("metrics").size())
                    .as("every figure is there: %s", check.get("metrics"))
                    .isEqualTo(15);
            assertThat(check.at("/metrics/output_throughput/ratio").asDouble())
                    .as("the arrivals take most of the time, and they are the same for both")
                    .isBetween(0.3, 3.0);
            assertThat(dyno.console())
                    .contains("Cross-check of RateSweep.serve")
                    .contains("Dyno's requests were due at the same instants");
        }
    }
}
