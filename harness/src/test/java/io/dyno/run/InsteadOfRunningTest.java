package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

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
    void lListsTheBenchmarks() {
        assertThat(call("-l").out()).isEqualTo("com.acme.AnyModel\ncom.acme.Chat\ncom.acme.Lifecycle\n");
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
    void explainTellsWhatARuleIsAbout() {
        assertThat(call("explain", "dyno-107").out()).startsWith("DYNO-107  ");
    }

    @Test
    void hPrintsTheHelp() {
        assertThat(call("-h").out()).isEqualTo(HelpText.text());
    }
}
