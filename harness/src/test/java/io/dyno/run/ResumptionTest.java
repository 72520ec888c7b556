package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumptionTest {
    @TempDir
    Path results;

    @Test
    void resumeAloneTakesTheArgumentsOfTheRun() throws Exception {
        begun("[\"Chat\", \"-f\", \"2\", \"-run\", \"night\", \"-p\", \"tp=1\"]");

        assertThat(arguments("-resume", "-run", "night", "-results", results.toString()))
                .containsExactly(
                        "Chat", "-f", "2", "-p", "tp=1", "-resume", "-run", "night", "-results", results.toString());
    }

    @Test
    void whatIsGivenBesidesIsTakenAsItIs() throws Exception {
        begun("[\"Chat\", \"-f\", \"2\"]");

        assertThat(arguments("-resume", "-run", "night", "-results", results.toString(), "Chat", "-f", "2"))
                .endsWith("Chat", "-f", "2")
                .hasSize(8);
    }

    @Test
    void aRunThatIsNotThereIsLeftToTheRunnerToRefuse() throws Exception {
        assertThat(arguments("-resume", "-run", "night", "-results", results.toString()))
                .hasSize(5);
    }

    @Test
    void aContinuedRunKeepsWhereItCameFrom() throws Exception {
        begun("[\"Chat\"]");
        Path file = results.resolve("night/run.json");

        Map<String, Object> once = Provenance.continued(file, Map.of("started", "second"));
        assertThat(once).containsEntry("arguments", List.of("Chat"));
        assertThat(once.get("resumed")).isEqualTo(List.of(Map.of("started", "second")));
        assertThat(Provenance.continued(results.resolve("none.json"), Map.of("started", "first")))
                .isEqualTo(Map.of("started", "first"));
    }

    private List<String> arguments(String... given) throws UsageException {
        return Resumption.arguments(CommandLine.parse(List.of(given)).options(), List.of(given));
    }

    private void begun(String arguments) throws IOException {
        Path run = Files.createDirectories(results.resolve("night"));
        Files.writeString(run.resolve("run.json"), "{\"run\": \"night\", \"arguments\": " + arguments + "}");
    }
}
