package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
