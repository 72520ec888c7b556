package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods that a user hangs on a point and on its iterations. */
class LifecycleTest {
    @TempDir
    Path results;

    @BeforeEach
    void forget() {
        TestBenchmarks.Lifecycle.forget();
    }

    private Session drained(String... more) {
        java.util.List<String> arguments =
                new java.util.ArrayList<>(java.util.List.of("Lifecycle", "-p", "drained=true", "-p", "numPrompts=12"));
        arguments.addAll(java.util.List.of(more));
        return Session.run(results, arguments.toArray(String[]::new));
    }

    @Test
    void everyPointOfEveryForkHasAnInstanceOfItsOwnAndItsMethodsAreCalledAroundItsIterations() {
        drained("-f", "2", "-i", "2").exits(ExitCode.OK);

        assertThat(TestBenchmarks.Lifecycle.CALLS)
                .containsExactly(
                        "0 calm setup Trial",
                        "0 calm setup Iteration",
                        "0 calm tearDown Iteration",
                        "0 calm setup Iteration",
                        "0 calm tearDown Iteration",
                        "0 calm setup Iteration",
                        "0 calm tearDown Iteration",
                        "0 calm tearDown Trial",
                        "1 calm setup Trial",
                        "1 calm setup Iteration",
                        "1 calm tearDown Iteration",
                        "1 calm setup Iteration",
                        "1 calm tearDown Iteration",
                        "1 calm setup Iteration",
                        "1 calm tearDown Iteration",
                        "1 calm tearDown Trial");
    }

    @Test
    void aMethodThatThrowsFailsItsPointAndNoOther() {
        Session run = drained(
                        "-p", "mode=calm,setupTrial,setupTrialError,tearDownTrial,setupIteration,tearDownIteration")
                .exits(ExitCode.FAILED);

        assertThat(run.points()).hasSize(6);
        for (JsonNode point : run.points()) {
            String mode = point.get("params").get("mode").asText();
            assertThat(point.get("status").asText())
                    .as("%s\n%s", mode, run)
                    .isEqualTo(mode.equals("calm") ? "ok" : "failed");
            if (!mode.equals("calm")) {
                assertThat(point.get("failure").get("class").asText()).isEqualTo("client_error");
                assertThat(point.get("failure").get("message").asText())
                        .as("failure of %s", mode)
                        .contains("com.acme.Lifecycle")
                        .contains("the user's own");
            }
        }
        assertThat(run.journal("engine")).as("one engine for all of them").hasSize(1);
        assertThat(run.journal("point")).as("each point is closed once").hasSize(6);
    }
}
