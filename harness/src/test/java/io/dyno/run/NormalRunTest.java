package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one undisturbed run leaves behind, seen from outside. */
class NormalRunTest {
    @TempDir
    static Path folder;

    private static Session run;

    @BeforeAll
    static void runOnce() {
        run = Session.run(
                folder.resolve("results"),
                "Chat",
                "-o",
                folder.resolve("console.txt").toString(),
                "-rf",
                "csv",
                "-rff",
                folder.resolve("jmh.csv").toString());
    }

    @Test
    void itEndsWellAndTheLastLineSaysSo() {
        run.exits(ExitCode.OK);
        assertThat(run.lastLine()).isEqualTo("dyno: exit 0 (ok)");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theFirstWordAndTheTableSayThatNothingWasMeasured() {
        assertThat(run.out()).startsWith("SIMULATION");
        assertThat(run.out().lines().filter(line -> line.contains("com.acme.Chat") || line.contains("Chat.")))
                .as("a row of the table, with a modelled number\n%s", run)
                .anySatisfy(row -> assertThat(row).contains("~"));
    }

    @Test
    void everyFileOfARunIsThereAndTheLatestLinkLeadsToIt() {
        assertThat(run.results().resolve("latest")).isSymbolicLink();
        for (String name : new String[] {
            "run.json", "journal.jsonl", "results.json", "jmh.json", "results.csv", "verdict.json", "junit.xml"
        }) {
            assertThat(run.file(name)).isNotEmptyFile();
        }
        assertThat(run.files("logs")).as("the engine's log").hasSize(1);
        assertThat(run.files("requests"))
                .as("requests of the warm-up, of the window and of what came after")
                .anyMatch(name -> name.endsWith("-f0-iw0-a1.jsonl.gz"))
                .anyMatch(name -> name.endsWith("-f0-i0-a1.jsonl.gz"));
    }

    @Test
    void noFileLooksMeasured() {
        assertThat(run.point().get("simulated").asBoolean()).isTrue();
        assertThat(run.point().get("engine").asText()).isEqualTo("sim");
        assertThat(run.json("jmh.json").get(0).get("benchmark").asText()).contains("[sim]");
        assertThat(run.text("results.csv")).contains("[sim]");
        assertThat(run.text("junit.xml")).contains("[sim]");
        assertThat(run.journal("engine")).hasSize(1).allSatisfy(engine -> assertThat(
                        engine.get("simulated").asBoolean())
                .isTrue());
        assertThat(run.json("run.json").toString()).contains("sim");
    }

    @Test
    void theScoreIsThatOfItsWindow() {
        JsonNode point = run.point();
        assertThat(point.get("status").asText()).isEqualTo("ok");
        assertThat(point.get("primary").asText()).isEqualTo("output_throughput");
        JsonNode throughput = point.get("metrics").get("output_throughput");
        assertThat(throughput.get("score").asDouble()).isPositive();
        assertThat(throughput.get("raw").get(0)).hasSize(1);
        assertThat(throughput.get("raw").get(0).get(0).asDouble())
                .isEqualTo(throughput.get("score").asDouble());
        assertThat(point.get("requests").get("scored").asInt()).isGreaterThanOrEqualTo(10);
    }

    @Test
    void theVerdictIsThatOfARunWithoutABaseline() {
        JsonNode verdict = run.json("verdict.json");
        assertThat(verdict.get("exit").asInt()).isZero();
        assertThat(verdict.get("verdict").asText()).isEqualTo("none");
    }

    @Test
    void theJournalTellsTheRunInOrder() {
        assertThat(run.text("journal.jsonl")
                        .lines()
                        .map(line -> Session.parse(line).get("event").asText())
                        .distinct())
                .containsExactly("run", "engine", "iteration", "point", "fork", "end");
        assertThat(run.journal("end"))
                .singleElement()
                .satisfies(end -> assertThat(end.get("exit").asInt()).isZero());
    }

    @Test
    void theCopyOfTheConsoleHasTheSameText() throws IOException {
        assertThat(folder.resolve("console.txt")).content().isEqualTo(run.out());
    }

    @Test
    void theFurtherResultFileIsInTheFormatAskedFor() throws IOException {
        assertThat(Files.readString(folder.resolve("jmh.csv")))
                .startsWith("\"Benchmark\",\"Mode\"")
                .contains("Chat")
                .contains("[sim]");
    }

    @Test
    void theProvenanceSaysWhatWasAskedFor() {
        assertThat(run.json("run.json").toString()).contains("-w").contains("200ms");
    }
}
