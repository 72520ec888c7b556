package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line does in place of running: nothing is started, nothing is written. */
class InsteadOfRunningTest {
    @TempDir
    Path folder;

    private Session call(String... arguments) {
        Session session =
                Session.call(folder.resolve("results"), List.of(arguments)).exits(ExitCode.OK);
        assertThat(folder.resolve("results")).doesNotExist();
        return session;
    }

    @Test
    void aDryRunPrintsAJsonLineForEachEngineConfigurationAndNothingElse() {
        Session dry = call("Chat", "-engine", "sim", "-dry-run", "-p", "tp=1,2", "-p", "maxConcurrency=4,8", "-f", "2");

        List<JsonNode> lines = dry.out().lines().map(Session::parse).toList();
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line.get("benchmark").asText()).isEqualTo("com.acme.Chat");
            assertThat(line.get("kind").asText()).isEqualTo("server");
            assertThat(line.get("engine").asText()).isEqualTo("sim");
            assertThat(line.get("forks").asInt()).isEqualTo(2);
            assertThat(line.get("loads")).hasSize(2);
            List<String> argv = new ArrayList<>();
            line.get("processes").get(0).get("argv").forEach(token -> argv.add(token.asText()));
            assertThat(argv)
                    .contains("serve", "Qwen/Qwen3-0.6B", "--tensor-parallel-size")
                    .contains(line.get("topology").get("tp").asText());
        });
        assertThat(dry.err()).contains("2 engine configurations").contains("4 points");
    }

    @Test
    void aDryRunOfRealEnginesNeedsNone() {
        Session dry = call("Chat", "-engine", "vllm", "-vllm", "/no/such/vllm", "-dry-run", "-gpus", "1");

        JsonNode line = Session.parse(dry.out());
        assertThat(line.get("engine").asText()).isEqualTo("vllm");
        assertThat(line.get("processes").get(0).get("argv").get(0).asText()).isEqualTo("/no/such/vllm");
    }

    @Test
    void aDryRunOfAForeignServerStartsNothingAndAsksNobody() {
        Session dry = call("Chat", "-url", "http://no-such-host.invalid:8000", "-dry-run", "-gpus", "4");

        JsonNode line = Session.parse(dry.out());
        assertThat(line.get("engine").asText()).isEqualTo("remote");
        assertThat(line.get("forks").asInt()).isEqualTo(1);
        assertThat(line.get("processes")).isEmpty();
        assertThat(dry.err()).contains("nothing started").doesNotContain("GPU-h");
    }

    @Test
    void aDryRunShowsWhatProfilersAddAndCountsTheirTime() {
        Session plain = call("Chat", "-engine", "sim", "-dry-run", "-f", "2");
        Session dry = call(
                "Chat",
                "-engine",
                "sim",
                "-dry-run",
                "-f",
                "2",
                "-prof",
                "idle",
                "-prof",
                "around:iterations=2",
                "-prof",
                "witness",
                "-run",
                "night");

        JsonNode line = Session.parse(dry.out());
        List<String> argv = texts(line.get("processes").get(0).get("argv"));
        assertThat(argv)
                .as("an engine that is scored: with what idle and witness add, without around")
                .contains("--max-model-len", "--profiler-config.profiler")
                .doesNotContain("AROUND=1");
        assertThat(argv.stream().filter(token -> token.contains("night/profiles/idle-Chat-")))
                .hasSize(1);
        List<JsonNode> profilers = new ArrayList<>();
        line.get("profilers").forEach(profilers::add);
        assertThat(profilers)
                .extracting(
                        profiler -> profiler.get("name").asText(),
                        profiler -> profiler.get("intrusion").asText(),
                        profiler -> profiler.get("iterations").asInt(),
                        profiler -> profiler.get("engineStarts").asInt(),
                        profiler -> texts(profiler.get("wrapper")))
                .containsExactly(
                        tuple("idle", "when_started", 1, 0, List.of()),
                        tuple("around", "always", 2, 1, List.of("env", "AROUND=1")),
                        tuple("witness", "none", 0, 0, List.of()));
        assertThat(profilers.get(0).at("/environment/SCRIPTED").asText()).isEqualTo("idle");
        assertThat(profilers.get(1).get("arguments").toString())
                .as("a fork behind the two that are measured")
                .contains("night/profiles/around-Chat-")
                .contains("-f2-a1");
        assertThat(profilers.get(2).has("estimateSeconds")).isFalse();
        double more = profilers.get(0).get("estimateSeconds").asDouble()
                + profilers.get(1).get("estimateSeconds").asDouble();
        assertThat(line.get("estimateSeconds").asDouble())
                .isCloseTo(Session.parse(plain.out()).get("estimateSeconds").asDouble() + more, within(2.0));
        assertThat(plain.err()).contains("2 engine starts");
        assertThat(dry.err()).contains("3 engine starts");
    }

    @Test
    void aPlanLeavesOutAProfilerThatDoesNotWorkHereAndSaysSo() {
        Session dry = call("Chat", "-engine", "sim", "-dry-run", "-prof", "absent");

        assertThat(Session.parse(dry.out()).get("profilers")).isEmpty();
        assertThat(dry.err())
                .contains("note: profiler \"absent\" is not supported here: there is no absent on the PATH;");
        assertThat(call("Chat", "-engine", "sim", "-lp", "-prof", "absent").out())
                .contains("note     profiler \"absent\" is not supported here");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    @Test
    void lListsTheBenchmarks() {
        assertThat(call("-l").out()).isEqualTo("com.acme.AnyModel\ncom.acme.Chat\ncom.acme.Goal\ncom.acme.Lifecycle\n");
        assertThat(call("-l", "Life").out()).isEqualTo("com.acme.Lifecycle\n");
    }

    @Test
    void lpListsPointsAndEngineStarts() {
        assertThat(call("Chat", "-lp", "-engine", "sim", "-p", "maxConcurrency=2,4,8", "-f", "2")
                        .out())
                .contains("com.acme.Chat  2 engine starts")
                .contains("serve  3 points  maxConcurrency=2,4,8");
    }

    @Test
    void lprofSaysOfEachProfilerInOneLineWhyOrWhyNot() {
        assertThat(call("-lprof").out())
                .containsPattern("(?m)^witness +supported +for tests  \\(needs nothing that is not here\\)$")
                .containsPattern(
                        "(?m)^absent +NOT SUPPORTED +for tests  \\(there is no absent on the PATH; install it\\)$")
                .containsPattern("(?m)^ +iterations=1  profiled iterations$");
    }

    @Test
    void lprofSaysWhyItCannotLookAtTheEngine() {
        assertThat(call("-lprof", "-vllm", "/no/such/vllm").out())
                .startsWith("no engine, so this is of the machine alone: ")
                .contains("/no/such/vllm")
                .containsPattern("(?m)^witness +supported ");
    }

    @Test
    void explainTellsWhatARuleIsAbout() {
        assertThat(call("explain", "dyno-107").out()).startsWith("DYNO-107  ");
    }

    @Test
    void hPrintsTheHelp() {
        assertThat(call("-h").out()).isEqualTo(HelpText.text());
    }
}
