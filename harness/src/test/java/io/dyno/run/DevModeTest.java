package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VLLM_SERVER_DEV_MODE: what it costs to do without. */
@EnabledOnOs(OS.LINUX)
class DevModeTest {
    @TempDir
    Path results;

    @ParameterizedTest(name = "{0} {1}: dev mode {2}, salted {3}")
    @CsvSource({
        "-dev-mode, true, 1, false",
        "-dev-mode, false, 0, true",
        "-p, 'env=[\"VLLM_SERVER_DEV_MODE=0\"]', 0, true",
    })
    void withoutResetsPromptsAreSalted(String option, String value, String inEnvironment, boolean salted) {
        Session run = Session.run(results, "Chat", option, value).exits(ExitCode.OK);

        JsonNode env = run.json("run.json").at("/engines/0/processes/0/env");
        assertThat(env.get("VLLM_SERVER_DEV_MODE").asText())
                .as("recorded in run.json")
                .isEqualTo(inEnvironment);
        assertThat(run.out().contains("/server_info answered 404")).isEqualTo(salted);
        assertThat(run.text("logs/" + run.files("logs").get(0)).contains("POST /reset_prefix_cache HTTP/1.1\" 200"))
                .as("caches were reset")
                .isEqualTo(!salted);
        assertThat(run.point().get("prompts").get("salted").asBoolean()).isEqualTo(salted);
    }

    @Test
    void saltThatWasWrittenFalseStaysOff() {
        Session run = Session.run(results, "Chat", "-dev-mode", "false", "-p", "salt=false")
                .exits(ExitCode.OK);

        assertThat(run.point().get("prompts").get("salted").asBoolean()).isFalse();
    }

    @Test
    void whatIsInForceIsReadFromMetricsAndLogAllTheSame() {
        JsonNode point = Session.run(results, "Chat", "-dev-mode", "false")
                .exits(ExitCode.OK)
                .point();

        assertThat(point.get("inForceFrom").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(List.of("metrics", "models", "log"));
        assertThat(point.get("inForceMissing").asText()).contains("maxNumSeqs").contains("VLLM_SERVER_DEV_MODE=1");
        assertThat(point.get("inForce").get("num_gpu_blocks").asLong()).isPositive();
    }
}
