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

/** Profilers beside a run: called in the order that {@link io.dyno.profile.Profiler} promises, and never at the run's cost. */
class ProfiledRunTest {
    private static final List<String> PROFILED = List.of(
            "point",
            "begin WARMUP 0",
            "end WARMUP 0",
            "begin TAIL 0",
            "end TAIL 0",
            "start 0",
            "begin PROFILED 0",
            "end PROFILED 0",
            "begin TAIL 0",
            "end TAIL 0",
            "stop 0",
            "ended");

    @TempDir
    Path results;

    @BeforeEach
    void forget() {
        TestProfilers.Witness.CALLS.clear();
        TestProfilers.Clumsy.CALLS.clear();
        TestProfilers.Idle.CALLS.clear();
        TestProfilers.Around.CALLS.clear();
        TestProfilers.Rogue.CALLS.clear();
        TestProfilers.interruptedAt = "";
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
                        "loadStarted",
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
        assertThat(run.json("run.json").at("/profilers/1/name").asText()).isEqualTo("witness");
        assertThat(run.json("run.json").at("/profilers/1/engines/0/arguments"))
                .extracting(JsonNode::asText)
                .containsExactly("--max-model-len", "777");
    }

    @Test
    void oneThatIsIdleUntilItIsStartedProfilesInTheLastForkAfterAllThatIsScored() {
        Session run = Session.run(
                        results, "Chat", "-f", "2", "-p", "maxConcurrency=2,4", "-prof", "idle", "-prof", "witness")
                .exits(ExitCode.OK);

        List<String> expected = new ArrayList<>(List.of("arguments of fork 0", "ready", "stopping", "stopped"));
        expected.add("collected");
        expected.addAll(List.of("arguments of fork 1", "ready"));
        expected.addAll(PROFILED);
        expected.addAll(PROFILED);
        expected.addAll(List.of("stopping", "stopped", "collected"));
        assertThat(TestProfilers.Idle.CALLS).containsExactlyElementsOf(expected);
        assertThat(TestProfilers.Witness.CALLS)
                .as("nobody else is told of profiled iterations")
                .noneMatch(call -> call.contains("PROFILED"))
                .filteredOn(call -> call.startsWith("pointStarted"))
                .hasSize(4);
        assertThat(run.journal("iteration"))
                .filteredOn(line -> line.get("kind").asText().equals("profiled"))
                .hasSize(2)
                .allSatisfy(line -> {
                    assertThat(line.get("fork").asInt()).isEqualTo(1);
                    assertThat(line.get("profiler").asText()).isEqualTo("idle");
                    assertThat(run.file(line.get("records").asText())).isNotEmptyFile();
                });
        assertThat(run.points())
                .as("what is measured comes first; what is profiled has entries of its own")
                .extracting(entry -> entry.get("profiled").asBoolean())
                .containsExactly(false, false, true, true);
        for (JsonNode entry : run.points().subList(2, 4)) {
            assertThat(entry.get("status").asText()).isEqualTo("ok");
            assertThat(entry.at("/profile/profiler").asText()).isEqualTo("idle");
            assertThat(entry.at("/profile/files"))
                    .extracting(JsonNode::asText)
                    .containsExactly("profiles/idle-Chat-" + entry.get("point").asText() + "-f1-a1-i0.txt");
            assertThat(entry.at("/metrics/idle.seen/score").asDouble()).isEqualTo(7);
            assertThat(entry.at("/metrics/idle.late/score").asDouble()).isEqualTo(9);
        }
        assertThat(run.points().subList(0, 2))
                .allSatisfy(entry ->
                        assertThat(entry.get("metrics").has("idle.seen")).isFalse());
        JsonNode added = run.json("run.json").at("/profilers/0/engines");
        assertThat(added)
                .as("its arguments are in every fork, so that forks are equal")
                .hasSize(2);
        assertThat(added.get(0).get("arguments").get(1).asText()).isEqualTo("torch");
        assertThat(run.json("run.json").at("/engines").toString()).doesNotContain("profiler-config");
    }

    @Test
    void oneThatWrapsTheEngineHasAForkOfItsOwnAndIsInNoOther() {
        Session run = Session.run(results, "Chat", "-prof", "around:iterations=2", "-prof", "witness")
                .exits(ExitCode.OK);

        assertThat(TestProfilers.Around.CALLS)
                .filteredOn(call -> !call.contains("TAIL"))
                .containsExactly(
                        "arguments of fork 1",
                        "ready",
                        "point",
                        "begin WARMUP 0",
                        "end WARMUP 0",
                        "start 0",
                        "begin PROFILED 0",
                        "end PROFILED 0",
                        "stop 0",
                        "start 1",
                        "begin PROFILED 1",
                        "end PROFILED 1",
                        "stop 1",
                        "ended",
                        "stopping",
                        "stopped",
                        "collected");
        assertThat(run.json("run.json").at("/profilers/0/engines/0/wrapper"))
                .extracting(JsonNode::asText)
                .containsExactly("env", "AROUND=1");
        assertThat(run.journal("engine"))
                .extracting(line -> line.path("profiler").asText("none"))
                .containsExactly("none", "around");
        assertThat(run.points()).hasSize(2);
        assertThat(run.points().get(1).at("/metrics/output_throughput/raw/0")).hasSize(2);
        assertThat(run.points().get(1).at("/inForce/maxModelLen").asText())
                .as("but for the profiler it is the engine that was measured")
                .isEqualTo("777");
    }

    @Test
    void scoresAreThoseOfTheSamePointsForksAndIterationsAsWithoutTheProfiler() {
        String[] arguments = {"Chat", "-f", "2", "-i", "2", "-r", "300ms", "-p", "maxConcurrency=2,4"};
        List<String> with = new ArrayList<>(List.of(arguments));
        with.addAll(List.of("-prof", "idle", "-prof", "around"));
        Session plain = Session.run(results.resolve("plain"), arguments).exits(ExitCode.OK);
        Session profiled = Session.run(results.resolve("profiled"), with.toArray(String[]::new))
                .exits(ExitCode.OK);

        assertThat(scored(profiled)).containsExactlyElementsOf(scored(plain));
        assertThat(profiled.json("verdict.json").get("exit").asInt()).isZero();
    }

    /** Each scored point with the shape of each metric's raw numbers: how many forks of how many iterations. */
    private static List<String> scored(Session run) {
        return run.points().stream()
                .filter(entry -> !entry.get("profiled").asBoolean())
                .map(entry -> {
                    StringBuilder shape = new StringBuilder(entry.get("point").asText());
                    entry.get("metrics").properties().forEach(metric -> {
                        shape.append(' ').append(metric.getKey());
                        metric.getValue().get("raw").forEach(fork -> shape.append(' ')
                                .append(fork.size()));
                    });
                    return shape.toString();
                })
                .toList();
    }

    @Test
    void twoSuchProfilersHaveAForkEach() {
        Session run = Session.run(
                        results, "Chat", "-prof", "around", "-prof", "idle", "-bm", "throughput", "-p", "numPrompts=8")
                .exits(ExitCode.OK);

        assertThat(TestProfilers.Idle.CALLS).contains("arguments of fork 0").doesNotContain("arguments of fork 1");
        assertThat(TestProfilers.Around.CALLS).contains("arguments of fork 1").doesNotContain("arguments of fork 0");
        assertThat(run.points())
                .extracting(entry -> entry.get("bench").asText()
                        + entry.at("/profile/profiler").asText(" scored"))
                .containsExactly("throughput scored", "throughputidle", "throughputaround");
    }

    @Test
    void anOfflineEngineIsProfiledOnAllItsRanks() {
        Session run = Session.run(
                        results,
                        "Chat",
                        "-prof",
                        "idle",
                        "-bm",
                        "throughput,latency",
                        "-sim",
                        "gpus=2",
                        "-p",
                        "dp=2",
                        "-p",
                        "numPrompts=8")
                .exits(ExitCode.OK);

        assertThat(run.points())
                .extracting(entry -> entry.get("profiled").asBoolean() + " "
                        + entry.get("status").asText())
                .filteredOn(entry -> entry.startsWith("true"))
                .containsExactly("true ok", "true ok");
        assertThat(run.files("logs").stream()
                        .flatMap(log -> run.text("logs/" + log).lines())
                        .filter(line -> line.contains("nothing to trace")))
                .as("start and stop of two points on two ranks")
                .hasSize(8);
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
                .contains("not profiled by idle: com.acme.Chat.serve");
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
                .contains("not profiled by idle: com.acme.Chat.serve ")
                .contains("not profiled by around: com.acme.Chat.serve ");
        assertThat(run.points()).hasSize(1);
    }

    @ParameterizedTest(name = "{0} is interrupted at its step {1}")
    @CsvSource({"idle, stopping", "around, stopping", "idle, stopped", "around, stopped", "around, collected"})
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
    void everyFileAndTheTableMarkWhatWasProfiled() {
        Session run = Session.run(results, "Chat", "-prof", "idle").exits(ExitCode.OK);

        assertThat(run.out())
                .contains("idle: 1 profiled iteration of each point in the last fork, after all that is scored")
                .contains("PROFILED by idle: no score")
                .contains("PROFILED, NO SCORES: THE PROFILER SLOWED THE ENGINE DOWN.")
                .contains("idle.seen ~7.0 things")
                .contains("profiles/idle-Chat-");
        String name = "com.acme.Chat.serve[sim]";
        assertThat(run.json("jmh.json"))
                .extracting(entry -> entry.get("benchmark").asText())
                .containsExactly(name, name + "[profiled:idle]");
        assertThat(run.text("results.csv").lines().filter(line -> line.startsWith(name + "[profiled:idle],")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(",sim,true,true,ok,"));
        assertThat(run.text("results.csv").lines().filter(line -> line.startsWith(name + ",")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(",sim,true,false,ok,"));
        assertThat(run.text("junit.xml"))
                .contains("name=\"serve[sim][profiled:idle]\"")
                .contains("(under the profiler idle, no score)");
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

    @Test
    void startupHasNoProfiledIterationsAndSaysSo() {
        Session run = Session.run(results, "Chat", "-bm", "startup", "-i", "1", "-prof", "idle", "-prof", "around")
                .exits(ExitCode.OK);

        assertThat(run.out()).containsOnlyOnce("none for startup, which keeps no engine");
        assertThat(run.points()).hasSize(1);
        assertThat(TestProfilers.Idle.CALLS).isEmpty();
        assertThat(TestProfilers.Around.CALLS).isEmpty();
    }

    @Test
    void aProfilerThatIsNotSupportedIsRefusedBeforeAnythingStarts() {
        Session run = Session.run(results, "Chat", "-prof", "witness", "-prof", "absent")
                .exits(ExitCode.USAGE);

        assertThat(run.err()).contains("profiler \"absent\" is not supported here: there is no absent on the PATH");
        assertThat(results).isEmptyDirectory();
        assertThat(TestProfilers.Witness.CALLS).isEmpty();
    }
}
