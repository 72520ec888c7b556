package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.SimMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code -crosscheck} with a {@code vllm} that is a script: it serves by the simulator, and benches by {@link FakeBenchServe}. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CrosscheckTest {
    @TempDir
    private Path folder;

    private Path vllm;

    @BeforeEach
    void writeTheScript() throws IOException {
        vllm = folder.resolve("vllm");
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx256m -cp '"
                + System.getProperty("java.class.path").replace("'", "'\\''") + File.pathSeparator + "' ";
        Files.writeString(
                vllm,
                "#!/bin/sh\n"
                        + "case $1 in\n"
                        + "  serve) exec " + java + SimMain.class.getName() + " \"$@\" ;;\n"
                        + "  bench) exec " + java + FakeBenchServe.class.getName() + " '" + folder + "' \"$@\" ;;\n"
                        + "esac\n");
        Files.setPosixFilePermissions(vllm, PosixFilePermissions.fromString("rwx------"));
    }

    private Session run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "Chat",
                "-vllm",
                vllm.toString(),
                "-f",
                "1",
                "-wi",
                "0",
                "-i",
                "1",
                "-p",
                "drained=true",
                "-p",
                "numPrompts=12"));
        arguments.addAll(List.of(more));
        return Session.call(folder.resolve("results"), arguments);
    }

    @Test
    void bothClientsSendTheSameTextsAndStandSideBySideAndNothingOfItIsScoredOrKept() throws IOException {
        Session run = run("-crosscheck-pairs", "2").exits(ExitCode.OK);

        JsonNode check = run.json("crosscheck.json").get("points").get(0);
        assertThat(check.get("status").asText()).as("%s", run).isEqualTo("ok");
        assertThat(check.get("requests").asInt()).isEqualTo(12);
        assertThat(check.get("cacheReset").asBoolean()).isTrue();
        assertThat(check.get("pairs")).hasSize(2).allSatisfy(pair -> {
            assertThat(pair.at("/dyno/completed").asInt()).isEqualTo(12);
            assertThat(pair.at("/dyno/inputTokens").asInt())
                    .as("the texts reach the server whole from both")
                    .isPositive()
                    .isEqualTo(pair.at("/vllm/inputTokens").asInt());
            assertThat(pair.at("/dyno/outputTokens").asInt()).isEqualTo(12 * 8);
            for (String file : List.of("dynoRequests", "vllmResult", "vllmLog")) {
                assertThat(run.file(pair.get(file).asText())).exists();
            }
        });
        assertThat(check.at("/metrics/output_throughput/vllm").asDouble())
                .as("what the script said")
                .isEqualTo(FakeBenchServe.OUTPUT_THROUGHPUT);
        assertThat(check.at("/metrics/output_throughput/ratio").asDouble()).isPositive();
        assertThat(run.out())
                .contains("Cross-check of Chat.serve")
                .contains("closed loop of 4: the same 12 prompts, drained, medians of 2 alternating pairs")
                .containsPattern("output tokens +96 +96");

        assertThat(run.journal("iteration")).as("the window that was asked for").hasSize(1);
        assertThat(run.files("crosscheck"))
                .as("requests and results of a warm-up and two pairs; the prompts are gone")
                .hasSize(6)
                .noneMatch(name -> name.contains("prompts"));
        for (String name : run.files("crosscheck")) {
            if (name.endsWith(".json")) {
                assertThat(run.text("crosscheck/" + name)).doesNotContain("generated_texts");
            }
        }
        assertThat(Files.readString(folder.resolve("argv.txt")).lines())
                .as("a warm-up and two pairs")
                .hasSize(3);
    }

    @Test
    void anOpenLoopIsReplayedAtTheInstantsThatVllmDrew() {
        Session run = run("-crosscheck-pairs", "1", "-p", "requestRate=40").exits(ExitCode.OK);

        JsonNode pair = run.json("crosscheck.json").at("/points/0/pairs/0");
        assertThat(pair.at("/dyno/figures/duration").asDouble())
                .as("its arrivals take %s s, which no Poisson process of 40 a second does", FakeBenchServe.SPAN_SECONDS)
                .isGreaterThan(FakeBenchServe.SPAN_SECONDS);
        assertThat(run.out()).contains("Dyno's requests were due at the same instants");
    }

    @Test
    void aBenchThatFailsIsToldWithItsLastWordsAndCostsNothing() throws IOException {
        Files.writeString(folder.resolve("fail"), "");

        Session run = run("-crosscheck-pairs", "1").exits(ExitCode.OK);

        assertThat(run.out())
                .contains("failed: vllm bench serve ended with exit code 7; logs/crosscheck-")
                .contains("ValueError: the tokenizer is out of order")
                .contains("the benchmark's own results are not touched by this");
        assertThat(run.point().get("status").asText()).isEqualTo("ok");
        assertThat(run.json("crosscheck.json").at("/points/0/status").asText()).isEqualTo("failed");
    }

    @Test
    void theSimulatorHasNoVllmToCheckWith() {
        Session run = Session.run(folder.resolve("none"), "Chat", "-crosscheck").exits(ExitCode.USAGE);

        assertThat(run.err())
                .contains(
                        "-crosscheck runs `vllm bench serve` against the vLLM that Dyno started, and this engine is sim;"
                                + " name a vLLM with -vllm, or leave -crosscheck out");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
