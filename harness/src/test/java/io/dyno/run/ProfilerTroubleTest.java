package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Profilers that fail or break the contract, engines that die under them, runs that are interrupted: never at a score's cost. */
class ProfilerTroubleTest {
    @TempDir
    Path results;

    @BeforeEach
    void forget() {
        TestProfilers.Idle.CALLS.clear();
        TestProfilers.Around.CALLS.clear();
        TestProfilers.Rogue.CALLS.clear();
        TestProfilers.interruptedAt = "";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "score, at the end of a point, it gave a metric named \"output_throughput\"; its names begin with \"rogue.\"",
        "null,  at the end of a point, value",
        "path,  after the engine stopped, NullPointerException",
    })
    void oneThatBreaksTheContractFailsAndChangesNothing(String how, String when, String why) {
        Session run = Session.run(results, "Chat", "-w", "50ms", "-r", "200ms", "-prof", "rogue:how=" + how)
                .exits(ExitCode.OK);

        assertThat(run.out()).contains("profiler rogue failed " + when).contains(why);
        assertThat(run.point().at("/metrics/output_throughput/score").asDouble())
                .as("tok/s of a few requests on the simulator")
                .isBetween(1.0, 1e6);
        assertThat(run.point().get("suspects").toString()).doesNotContain("rogue");
    }

    @Test
    void aPointThatFailsEndsForEachProfilerBeforeTheNextOneStarts() {
        Session run = Session.run(
                        results,
                        "Lifecycle",
                        "-p",
                        "drained=true",
                        "-p",
                        "numPrompts=4",
                        "-p",
                        "mode=calm,setupIteration",
                        "-prof",
                        "rogue")
                .exits(ExitCode.FAILED);

        assertThat(run.points())
                .extracting(point -> point.get("status").asText())
                .containsExactlyInAnyOrder("ok", "failed");
        assertThat(TestProfilers.Rogue.CALLS)
                .containsExactly("pointStarted", "pointEnded", "pointStarted", "pointEnded", "engineStopped");
    }

    @Test
    void oneThatFailsAfterItWasStartedIsStoppedAllTheSame() {
        Session.run(results, "Chat", "-w", "50ms", "-r", "200ms", "-prof", "idle:fails=window")
                .exits(ExitCode.OK);

        assertThat(TestProfilers.Idle.CALLS).containsSubsequence("start 0", "end PROFILED 0", "stop 0", "stopped");
    }

    @Test
    void oneThatFailsBeforeItsOwnForkCostsNoEngine() {
        Session run = Session.run(results, "Chat", "-w", "50ms", "-r", "200ms", "-prof", "around:fails=starting")
                .exits(ExitCode.OK);

        assertThat(run.journal("engine")).as("the scored fork's").hasSize(1);
        assertThat(run.points().get(1).at("/failure/message").asText())
                .isEqualTo("profiler around failed before the engine started: it broke");
        assertThat(TestProfilers.Around.CALLS)
                .as("it may end what it has begun")
                .containsExactly("stopped");
    }

    @Test
    void whatAnEngineThatDoesNotStartWasGivenIsTold() {
        Session run = Session.run(results, "Chat", "-prof", "idle", "-sim", "fault=oom@start")
                .exits(ExitCode.NO_ENGINE);

        assertThat(run.out())
                .contains("note   it was started with what -prof idle adds: SCRIPTED=idle --profiler-config.profiler")
                .contains("not profiled by idle: com.acme.Chat.serve\n");
        assertThat(TestProfilers.Idle.CALLS)
                .as("it may end what it has begun")
                .containsExactly("arguments of fork 0", "stopped");
    }

    @Test
    void anEngineThatDiesUnderAProfilerCostsThatPointsProfileAndNoOther() {
        // Two points with 16 requests each, then 16 for each of their profiles: the engine of the last fork dies in the
        // first of these, the
        // next one, for the other profile alone, does not come so far.
        Session run = Session.run(
                        results,
                        "Chat",
                        "-bm",
                        "throughput",
                        "-p",
                        "numPrompts=8",
                        "-p",
                        "temperature=0,1",
                        "-prof",
                        "idle",
                        "-sim",
                        "fault=crash@r40")
                .exits(ExitCode.OK);

        assertThat(run.points())
                .extracting(entry -> entry.get("profiled").asBoolean() + " "
                        + entry.get("status").asText())
                .containsExactlyInAnyOrder("false ok", "false ok", "true failed", "true ok");
        assertThat(run.journal("engine"))
                .extracting(line -> line.path("profiler").asText("scored"))
                .containsExactly("scored", "idle");
    }

    @Test
    void aRunThatStopsAtItsFirstFailureSaysWhatIsNotProfiled() {
        Session run = Session.run(
                        results,
                        "Chat",
                        "-foe",
                        "true",
                        "-prof",
                        "idle",
                        "-prof",
                        "around",
                        "-sim",
                        "fault=http-500@start")
                .exits(ExitCode.FAILED);

        assertThat(run.out())
                .contains("not profiled by idle: com.acme.Chat.serve\n")
                .contains("not profiled by around: com.acme.Chat.serve\n");
        assertThat(run.points()).hasSize(1);
    }

    @ParameterizedTest(name = "{0} is interrupted at its step {1}")
    @CsvSource({"idle, stopping", "around, stopped", "around, collected"})
    void whoIsInterruptedWhileFilesAreWaitedForHasNoProfileYet(String profiler, String step) {
        List<String> run =
                List.of("Chat", "-engine", "sim", "-f", "1", "-w", "50ms", "-i", "1", "-r", "200ms", "-prof", profiler);
        TestProfilers.interruptedAt = step;

        Session first = Session.call(results, run).exits(ExitCode.INTERRUPTED);
        boolean complete = step.equals("stopping"); // all that it needs is there: it is kept
        assertThat(first.journal("profile")).hasSize(complete ? 1 : 0);
        assertThat(Thread.interrupted()).as("the interruption is used up").isFalse();

        List<String> resume = new ArrayList<>(run);
        resume.add("-resume");
        Session second = Session.call(results, resume).exits(ExitCode.OK);
        assertThat(second.journal("profile"))
                .extracting(line ->
                        line.get("attempt").asInt() + " " + line.get("status").asText())
                .containsExactly(complete ? "1 ok" : "2 ok");
    }

    @ParameterizedTest(name = "{0} fails when {1}")
    @CsvSource({
        "idle,   ready,     when the engine was ready",
        "idle,   point,     at the start of a point",
        "idle,   start,     when it was started",
        "idle,   stop,      when it was stopped",
        "idle,   ended,     at the end of a point",
        "idle,   stopping,  before the engine stopped",
        "idle,   stopped,   after the engine stopped",
        "idle,   collected, when its files were read",
        "around, start,     when it was started",
        "around, collected, when its files were read",
    })
    void aProfilerThatFailsLosesItsOwnResultAndSaysSo(String profiler, String step, String when) {
        Session run = Session.run(results, "Chat", "-w", "50ms", "-r", "200ms", "-prof", profiler + ":fails=" + step)
                .exits(ExitCode.OK);

        String told = "profiler " + profiler + " failed " + when;
        assertThat(run.out()).contains(told).contains("it broke").contains("the benchmark is not affected");
        assertThat(run.points())
                .extracting(entry -> entry.get("profiled").asBoolean() + " "
                        + entry.get("status").asText())
                .containsExactly("false ok", "true failed");
        JsonNode profile = run.points().get(1);
        assertThat(profile.at("/failure/message").asText()).isEqualTo(told + ": it broke");
        assertThat(profile.at("/metrics/output_throughput/score").isNull()).isTrue();
        assertThat(run.json("verdict.json").get("exit").asInt()).isZero();
        assertThat(run.text("junit.xml")).contains("failures=\"0\" errors=\"0\" skipped=\"1\"");
        assertThat(TestProfilers.Idle.CALLS.contains("stopped") || TestProfilers.Around.CALLS.contains("stopped"))
                .as("it may always end what it still does")
                .isTrue();
    }

    @Test
    void theProfileOfAnEngineThatDiesIsLostAndNothingElse() {
        // Warm-up and measurement are 16 requests, the warm-up under the profiler 8 more.
        Session run = Session.run(
                        results,
                        "Chat",
                        "-bm",
                        "throughput",
                        "-p",
                        "numPrompts=8",
                        "-prof",
                        "idle",
                        "-sim",
                        "fault=crash@r30")
                .exits(ExitCode.OK);

        assertThat(run.points())
                .extracting(entry -> entry.get("profiled").asBoolean() + " "
                        + entry.get("status").asText())
                .containsExactly("false ok", "true failed");
        assertThat(run.points().get(1).at("/failure/class").asText()).isEqualTo("server_crash");
        assertThat(run.lastLine()).isEqualTo("dyno: exit 0 (ok)");
    }

    @Test
    void aRunThatIsInterruptedWhileItProfilesGoesOnWithWhatIsLeft() {
        List<String> run = List.of(
                "Chat", "-engine", "sim", "-f", "1", "-w", "100ms", "-i", "1", "-r", "300ms", "-prof", "idle", "-prof",
                "around");
        Session first =
                Session.call(results, run, new InterruptAt("PROFILED by idle")).exits(ExitCode.INTERRUPTED);
        assertThat(Thread.interrupted()).as("the interruption is used up").isFalse();
        assertThat(first.journal("profile")).isEmpty();
        assertThat(TestProfilers.Idle.CALLS)
                .as("nobody who is interrupted waits for a flush")
                .doesNotContain("stop 0")
                .endsWith("stopped", "collected");

        List<String> resume = new ArrayList<>(run);
        resume.add("-resume");
        Session second = Session.call(results, resume).exits(ExitCode.OK);

        assertThat(second.journal("point"))
                .as("what was measured is not measured again")
                .hasSize(1);
        assertThat(second.journal("engine"))
                .as("an engine that only profiles is none of those that were measured")
                .extracting(line -> line.path("profiler").asText("scored"))
                .containsExactly("scored", "idle", "around");
        assertThat(second.journal("profile"))
                .extracting(line -> line.get("profiler").asText() + " of attempt "
                        + line.get("attempt").asInt() + " " + line.get("status").asText())
                .containsExactly("idle of attempt 2 ok", "around of attempt 1 ok");
        assertThat(second.points())
                .extracting(entry -> entry.get("status").asText())
                .containsExactly("ok", "ok", "ok");
        assertThat(second.out()).contains("profile idle  Chat  (an engine for it alone: nothing of it is scored)");
    }

    private static final class InterruptAt extends OutputStream {
        private final Thread run = Thread.currentThread();
        private final StringBuilder line = new StringBuilder();
        private final String text;

        InterruptAt(String text) {
            this.text = text;
        }

        @Override
        public void write(int b) {
            line.append((char) b);
            if (b == '\n') {
                if (line.indexOf(text) >= 0) {
                    run.interrupt();
                }
                line.setLength(0);
            }
        }
    }
}
