package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The file of {@code -rf}: JMH's formats with our names in them. */
class JmhFormatTest {
    @TempDir
    private Path folder;

    /** Two points, of which only one has the second parameter; names and values as awkward as settings can be. */
    private String written(JmhFormat format) throws IOException {
        PlannedPoint plain = point("00000000000a", Map.of("maxConcurrency", "8"));
        PlannedPoint awkward = point(
                "00000000000b",
                Map.of("maxConcurrency", "16", "limit_mm_per_prompt", "{\"image\": 2, \"a\\b\": \"50%\"}"));
        Path file = folder.resolve("further." + format.id());
        try (SampleRun run = new SampleRun(folder, format.id()).started(plain, awkward)) {
            for (int fork = 0; fork < 2; fork++) {
                run.engine(fork, true);
                for (PlannedPoint p : List.of(plain, awkward)) {
                    run.window(p, fork, 0).window(p, fork, 1).closed(p, fork);
                }
            }
            ResultFiles.write(run.results(), format, file);
        }
        return Files.readString(file);
    }

    private static PlannedPoint point(String id, Map<String, String> params) {
        PlannedPoint p = SampleRun.serve(id, 8, null, 2, 2);
        return new PlannedPoint(
                id,
                p.configuration(),
                p.benchmark(),
                Bench.SERVE,
                new TreeMap<>(params),
                p.settings(),
                null,
                p.primary(),
                2,
                1,
                2,
                false,
                null);
    }

    @ParameterizedTest
    @EnumSource
    void everyNameIsMarkedAsSimulatedAndNothingProtectedIsLeft(JmhFormat format) throws IOException {
        String text = written(format);

        List<String> named = Arrays.stream(text.split("\\R", -1))
                .filter(line -> line.contains("serve"))
                .toList();
        assertThat(named)
                .as("lines that name the benchmark")
                .hasSizeGreaterThan(1)
                .allMatch(line -> line.contains("serve[sim]"));
        assertThat(text.chars()).as("private use area").noneMatch(c -> c >= 0xE000 && c <= 0xF8FF);
    }

    @Test
    void textIsJmhsTable() throws IOException {
        List<String> lines = written(JmhFormat.TEXT).lines().toList();

        assertThat(lines.get(0))
                .matches("Benchmark +\\(limit_mm_per_prompt\\) +\\(maxConcurrency\\) +Mode +Cnt +Score +Error +Units");
        assertThat(lines.get(1))
                .matches("ChatCapacity\\.serve\\[sim] +N/A +8 +thrpt +4 +185[.,]500 ± +[\\d.,]+ +tok/s");
        assertThat(lines)
                .anyMatch(line -> line.startsWith("ChatCapacity.serve[sim]:ttft:p99 "))
                .anyMatch(line -> line.contains("{\"image\": 2, \"a\\b\": \"50%\"}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CSV", "SCSV"})
    void separatedValuesQuoteWhatTheyMustAndNameOurConfidence(JmhFormat format) throws IOException {
        String d = format == JmhFormat.CSV ? "," : ";";
        List<String> lines = written(format).lines().toList();

        assertThat(lines.get(0))
                .isEqualTo(String.join(
                        d,
                        "\"Benchmark\"",
                        "\"Mode\"",
                        "\"Threads\"",
                        "\"Samples\"",
                        "\"Score\"",
                        "\"Score Error (95.0%)\"",
                        "\"Unit\"",
                        "\"Param: limit_mm_per_prompt\"",
                        "\"Param: maxConcurrency\""));
        assertThat(lines.get(1))
                .startsWith("\"com.acme.ChatCapacity.serve[sim]\"" + d + "\"thrpt\"" + d)
                .endsWith(d + "\"tok/s\"" + d + d + "8");
        assertThat(lines)
                .filteredOn(line -> line.endsWith(d + "16"))
                .hasSizeGreaterThan(1)
                .allMatch(line -> line.contains(d + "\"{\"\"image\"\": 2, \"\"a\\b\"\": \"\"50%\"\"}\"" + d));
    }

    @Test
    void latexEscapesWhatIsACommandThere() throws IOException {
        String text = written(JmhFormat.LATEX);

        assertThat(text)
                .startsWith("\\begin{tabular}{r|l|l|rll}\n")
                .endsWith("\\end{tabular}\n")
                .contains("\\texttt{limit\\_mm\\_per\\_prompt} & \\texttt{maxConcurrency} & ")
                .contains("\\texttt{ChatCapacity.serve[sim]} & \\texttt{N/A} & \\texttt{8} & \\texttt{185")
                .contains("\\texttt{\\{\"image\": 2, \"a\\textbackslash{}b\": \"50\\%\"\\}}");
        assertThat(Pattern.compile("(?<!\\\\)[_%#]").matcher(text).find())
                .as("an underscore, percent or hash that LaTeX would act on")
                .isFalse();
    }

    @Test
    void jsonIsThatOfTheRunsFolder() throws IOException {
        String text = written(JmhFormat.JSON);

        ResultFiles.write(folder.resolve("json"));
        assertThat(text).isEqualTo(Files.readString(folder.resolve("json/jmh.json")));
        assertThat(Json.MAPPER
                        .readTree(text)
                        .get(1)
                        .get("params")
                        .get("limit_mm_per_prompt")
                        .asText())
                .isEqualTo("{\"image\": 2, \"a\\b\": \"50%\"}");
    }

    @ParameterizedTest
    @EnumSource
    void aRunInWhichNothingEndedWellStillHasItsFile(JmhFormat format) throws IOException {
        try (SampleRun run = new SampleRun(folder, "nothing").started(SampleRun.serve("00000000000a", 8, null, 2, 2))) {
            ResultFiles.write(run.results(), format, folder.resolve("further"));
        }

        assertThat(folder.resolve("further")).content().isNotBlank().doesNotContain("ChatCapacity");
    }

    @Test
    void aLinkGoesOnPointingToTheFile() throws IOException {
        Path target = Files.createFile(folder.resolve("target.csv"));
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), target);
        try (SampleRun run = new SampleRun(folder, "linked").started(SampleRun.serve("00000000000a", 8, null, 2, 2))) {
            ResultFiles.write(run.results(), JmhFormat.CSV, link);
        }

        assertThat(link).isSymbolicLink();
        assertThat(target).content().startsWith("\"Benchmark\"");
    }
}
