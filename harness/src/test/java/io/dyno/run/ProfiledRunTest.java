package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profilers beside a run: called in the order that {@link io.dyno.profile.Profiler} promises, and never at the run's cost. */
class ProfiledRunTest {
    @TempDir
    Path results;

    @BeforeEach
    void forget() {
        TestProfilers.Witness.CALLS.clear();
        TestProfilers.Clumsy.CALLS.clear();
    }

    @Test
    void aProfilerIsCalledInOrderAndOneThatThrowsLosesOnlyItsOwnResult() {
        Session run = Session.run(results, "Chat", "-prof", "clumsy", "-prof", "witness")
                .exits(ExitCode.OK);

        assertThat(TestProfilers.Witness.CALLS)
                .filteredOn(call -> !call.contains("TAIL") && !call.startsWith("windowComplete"))
                .containsExactly(
                        "engineStarting",
                        "engineArguments",
                        "environment",
                        "wrap",
                        "engineReady",
                        "pointStarted com.acme.Chat",
                        "windowStarted WARMUP 0",
                        "windowEnded WARMUP 0",
                        "windowStarted MEASUREMENT 0",
                        "windowEnded MEASUREMENT 0",
                        "pointEnded",
                        "engineStopping",
                        "engineStopped");
        assertThat(TestProfilers.Witness.CALLS)
                .as("when the last request of a window has ended, whatever window that is in")
                .contains("windowComplete MEASUREMENT 0, rates per window");
        assertThat(TestProfilers.Clumsy.CALLS).as("left alone once it threw").containsExactly("engineReady");
        assertThat(run.out())
                .contains("profiler clumsy failed when the engine was ready")
                .contains("it slipped");

        assertThat(run.point().get("metrics").get("witness.seen").get("score").asDouble())
                .isEqualTo(42);
        assertThat(run.point().get("inForce").get("maxModelLen").asText())
                .as("what the profiler added to the engine's arguments is in force")
                .isEqualTo("777");
        assertThat(run.json("run.json").toString()).contains("witness");
    }
}
