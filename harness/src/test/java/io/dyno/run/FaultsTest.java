package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the simulator's faults do to a run: which class they get, what is kept, how the run ends. */
class FaultsTest {
    @TempDir
    Path results;

    @Test
    void aServerThatAnswersNothingButErrorsYieldsAFailedPointWithoutNumbers() {
        Session run =
                Session.run(results, "Chat", "-sim", "fault=http-500@start").exits(ExitCode.FAILED);

        JsonNode point = run.point();
        assertThat(point.get("status").asText()).isEqualTo("failed");
        assertThat(point.get("failure").get("class").asText()).isEqualTo("http_errors");
        assertThat(point.get("failure").get("message").asText()).contains("-max-failed");
        JsonNode throughput = point.get("metrics").get("output_throughput");
        assertThat(throughput.get("score").isNull()).as("%s", throughput).isTrue();
        assertThat(throughput.get("reason").asText()).isNotEmpty();
        assertThat(run.lastLine()).startsWith("dyno: exit 1 (");
        assertThat(run.json("verdict.json").get("exit").asInt()).isEqualTo(1);
    }

    @Test
    void anEngineThatRunsOutOfMemoryAtItsStartIsNoEngine() {
        Session run = Session.run(results, "Chat", "-f", "2", "-sim", "fault=oom@start")
                .exits(ExitCode.NO_ENGINE);

        JsonNode failure = run.point().get("failure");
        assertThat(failure.get("class").asText()).isEqualTo("oom_gpu");
        assertThat(failure.get("message").asText()).contains("CUDA out of memory");
        assertThat(failure.get("log").asText()).matches("logs/.*\\.log:\\d+");
        assertThat(run.out()).contains("FAILED  oom_gpu").contains("CUDA out of memory");
        assertThat(run.lastLine()).isEqualTo("dyno: exit 3 (no engine could be started)");
        assertThat(run.files("logs")).as("the second fork was not tried").hasSize(1);
    }

    @Test
    void aWarmupForkWhoseEngineDoesNotStartFailsItsPointsAndTheRun() {
        Session run = Session.run(results, "Chat", "-wf", "1", "-f", "1", "-p", "gpuMemoryUtilization=0.01,0.9")
                .exits(ExitCode.FAILED);

        for (JsonNode point : run.points()) {
            boolean small =
                    point.get("params").get("gpuMemoryUtilization").asText().equals("0.01");
            assertThat(point.get("status").asText()).as("%s\n%s", point, run).isEqualTo(small ? "failed" : "ok");
            if (small) {
                assertThat(point.get("failure").get("class").asText()).isEqualTo("oom_gpu");
                assertThat(point.get("failure").get("log").asText()).startsWith("logs/");
            }
        }
    }

    @Test
    void anEngineThatCrashesTakesItsPointWithItAndTheRestGoesOnWithANewOne() {
        Session run = Session.run(
                        results,
                        "Chat",
                        "-sim",
                        "fault=crash@r100",
                        "-p",
                        "drained=true",
                        "-p",
                        "numPrompts=10,80,11,81")
                .exits(ExitCode.FAILED);

        for (JsonNode point : run.points()) {
            boolean large = point.get("params").get("numPrompts").asInt() >= 80;
            assertThat(point.get("status").asText()).as("%s\n%s", point, run).isEqualTo(large ? "failed" : "ok");
            if (large) {
                assertThat(point.get("failure").get("class").asText()).isEqualTo("server_crash");
                assertThat(point.get("failure").get("log").asText()).startsWith("logs/");
            }
        }
        assertThat(run.journal("engine").stream().map(e -> e.get("start").asInt()))
                .as("engine starts of the fork")
                .startsWith(1, 2);
        assertThat(run.files("logs")).hasSameSizeAs(run.journal("engine"));
        assertThat(run.out())
                .contains("fork 1/1  Chat  (a new engine for the rest of it)")
                .doesNotContain("fork 2/");
        assertThat(run.journal("point")).as("each point is closed once").hasSize(4);
    }

    @Test
    void streamsThatAreCutAreErrorsOfTheServer() {
        Session run = Session.run(results, "Chat", "-sim", "fault=cut@start").exits(ExitCode.FAILED);

        assertThat(run.point().get("failure").get("class").asText()).isEqualTo("http_errors");
        assertThat(run.point().get("metrics").get("e2el").get("score").isNull()).isTrue();
    }

    @Test
    void anEngineThatStallsIsToldByTheTimeoutOfItsRequests() {
        Session run = Session.run(results, "Chat", "-sim", "fault=stall@r5", "-wi", "0", "-to", "1s")
                .exits(ExitCode.FAILED);

        assertThat(run.point().get("failure").get("class").asText()).isEqualTo("timeout");
    }

    @Test
    void anEngineThatAnswersNothingAnyMoreIsCalledHungWithTheEvidence() {
        Session run = Session.run(results, "Chat", "-sim", "fault=hang@r20", "-wi", "0", "-r", "60s", "-to", "26s")
                .exits(ExitCode.FAILED);

        JsonNode failure = run.point().get("failure");
        assertThat(failure.get("class").asText()).as("%s", run).isEqualTo("server_hang");
        assertThat(failure.get("message").asText()).contains("GET /health is not answered");
        assertThat(run.out()).contains("FAILED  server_hang: the engine hangs");
        assertThat(run.journal("failure")).hasSize(1);
    }

    @Test
    void promptsThatTheEngineCannotTakeFailTheirPointBeforeALoadIsSent() {
        Session run = Session.run(results, "Chat", "-p", "inputLen=32,50000").exits(ExitCode.FAILED);

        for (JsonNode point : run.points()) {
            boolean large = point.get("params").get("inputLen").asInt() == 50_000;
            assertThat(point.get("status").asText()).as("%s\n%s", point, run).isEqualTo(large ? "failed" : "ok");
            if (large) {
                assertThat(point.get("failure").get("class").asText()).isEqualTo("config_error");
                assertThat(point.get("failure").get("message").asText()).contains("does not fit into the 40960 tokens");
            }
        }
        assertThat(run.journal("iteration").stream()
                        .map(line -> line.get("point").asText())
                        .distinct())
                .as("points that had a load")
                .hasSize(1);
    }

    @Test
    void aStartThatTakesTooLongIsCutOff() {
        Session run = Session.run(results, "Chat", "-sim", "fault=slow-start@60s", "-ready-timeout", "2s")
                .exits(ExitCode.NO_ENGINE);

        assertThat(run.point().get("failure").get("class").asText()).isEqualTo("startup_timeout");
        assertThat(run.out()).contains("startup_timeout");
    }

    @Test
    void argumentsOfTheUserReachTheEngineAndWhatItRefusesIsToldInItsWords() {
        Session run = Session.run(results, "Chat", "-p", "engineArgs=[\"--no-such-flag\",\"7\"]")
                .exits(ExitCode.NO_ENGINE);

        assertThat(run.point().get("failure").get("message").asText()).contains("--no-such-flag");
    }

    @Test
    void stoppingAtTheFirstFailureLeavesTheOtherPointsOut() {
        Session run = Session.run(
                        results, "Chat", "-foe", "true", "-sim", "fault=http-500@start", "-p", "max-num-seqs=8,16")
                .exits(ExitCode.FAILED);

        assertThat(run.out()).contains("stopped at the first failure (-foe true)");
        assertThat(run.journal("engine")).hasSize(1);
        assertThat(run.points().stream().map(p -> p.get("status").asText()))
                .containsExactlyInAnyOrder("failed", "interrupted");
    }

    @Test
    void whatIsSuspectFailsWhenStrictIsAskedFor() {
        String[] suspect = {"Chat", "-wi", "0"};
        Session lenient = Session.run(results.resolve("lenient"), suspect).exits(ExitCode.OK);
        Session strict = Session.run(results.resolve("strict"), "Chat", "-wi", "0", "-strict")
                .exits(ExitCode.FAILED);

        assertThat(lenient.point().get("suspects").toString()).contains("ramp");
        assertThat(strict.point().get("status").asText()).isEqualTo("ok");
        assertThat(strict.lastLine()).startsWith("dyno: exit 1 (").contains("suspect");
    }
}
