package io.dyno.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.result.Failure;
import io.dyno.result.Golden;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.PlannedPoint;
import io.dyno.result.SampleRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTableTest {
    @TempDir
    private Path folder;

    @Test
    void aMeasuredRunOfEveryFateLooksLikeThis() throws IOException {
        Golden.check("report/measured.txt", table(false));
    }

    @Test
    void aSimulatedRunCannotBeTakenForAMeasuredOne() throws IOException {
        String table = table(true);

        Golden.check("report/simulated.txt", table);
        assertThat(table).startsWith("SIMULATED. NOTHING HERE WAS MEASURED");
        assertThat(table.lines().filter(l -> l.contains("goodput ") || l.matches(".* [0-9]+ +goodput.*")))
                .as("rows with numbers")
                .isNotEmpty()
                .allMatch(l -> l.contains("~8") && !l.matches(".*[^~0-9.,][0-9]+\\.[0-9]{2}.*"));
        assertThat(table.substring(table.indexOf("PROFILED, NO SCORES")).lines())
                .filteredOn(l -> l.contains(" torch ") || l.contains("torch.events"))
                .as("what a profiler saw of a model")
                .hasSize(2)
                .allMatch(l -> l.contains("~"));
    }

    @Test
    void theTableIsTheSameInEveryLocale() throws IOException {
        Locale before = Locale.getDefault();
        String root = table(false);
        try {
            for (String tag : List.of("ru-RU", "ar-EG", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                try (SampleRun run = SampleRun.ofEveryFate(folder.resolve(tag), false)) {
                    assertThat(ConsoleTable.of(run.ended(130, "interrupted").results(), false))
                            .as(tag)
                            .isEqualTo(root);
                }
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void anOutputThatKnowsOnlyAsciiGetsOnlyAscii() throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder, false)) {
            String table = ConsoleTable.of(run.ended(130, "interrupted").results(), true);

            assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(table)).isTrue();
            assertThat(table).contains("+- ");
        }
    }

    @Test
    void oneForkHasNoErrorAndTheTableSaysWhy() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 1);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            String table =
                    ConsoleTable.of(run.window(point, 0, 0).closed(point, 0).results(), false);

            assertThat(table).doesNotContain("±").contains("Error is empty where there is one fork");
        }
    }

    @Test
    void aPercentileOfFewSamplesIsMarked() throws IOException {
        assertThat(table(false)).contains("[a] too few samples to trust: p99 of ttft needs 662 a fork");
    }

    @Test
    void aFailureOfManyLinesTakesOneAndCannotMoveTheCursor() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 1);
        try (SampleRun run = new SampleRun(folder, "r").started(point)) {
            Failure failure =
                    new Failure(FailureClass.SERVER_CRASH, "\u001b[31mboom\r\n" + "x".repeat(400), "logs/a.log:3");
            run.log(new Failed(SampleRun.CONFIGURATION, 0, null, null, failure));
            String table = ConsoleTable.of(run.results(), false);

            assertThat(table).contains("failed  server_crash: \"[31mboom xxx").contains("...\"  logs/a.log:3");
            assertThat(table.replace("\n", "")).doesNotContainPattern("\\p{Cntrl}");
        }
    }

    @Test
    void columnsFollowTheBenchesThatWereRun() throws IOException {
        PlannedPoint point = new PlannedPoint(
                "00000000000a",
                SampleRun.CONFIGURATION,
                "com.acme.Start",
                Bench.STARTUP,
                Map.of(),
                Map.of(),
                null,
                "startup_warm",
                1,
                0,
                1,
                true,
                null);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            Window w = new Window(Window.Kind.MEASUREMENT, 0, "0", 0, 1, true);
            run.log(IterationEnded.of(
                    point.id(), 1, 0, WindowResult.isolated(w, Validity.OK, SampleRun.startup(91.25, 31.5)), null));
            String table = ConsoleTable.of(run.closed(point, 0).results(), false);

            assertThat(table).contains("cold s").contains("91.2").contains("31.5");
            assertThat(table).doesNotContain("TTFT").doesNotContain("SLO");
        }
    }

    @Test
    void energyNeverStandsThereWithoutHowFarToTrustIt() throws IOException {
        PlannedPoint point = SampleRun.serve("00000000000a", 8, null, 1, 1);
        try (SampleRun run = new SampleRun(folder, "r").started(point).engine(0, false)) {
            Window w = new Window(Window.Kind.MEASUREMENT, 0, "0", 0, 2_000_000_000L, false);
            List<MetricValue> energy = List.of(
                    MetricValue.of(MetricNames.OUTPUT_THROUGHPUT, 100),
                    MetricValue.of(MetricNames.JOULES_PER_OUTPUT_TOKEN, 1.75),
                    MetricValue.of(MetricNames.ENERGY_UNCERTAINTY, 10.2));
            run.log(IterationEnded.of(point.id(), 1, 0, WindowResult.isolated(w, Validity.OK, energy), null));
            String table = ConsoleTable.of(run.closed(point, 0).results(), false);

            assertThat(table).contains("J/tok").containsPattern("1\\.75 ?\\[a\\]");
            assertThat(table).contains("[a] energy may be off by up to 11 % (docs/profilers.md)");
        }
    }

    @Test
    void aTableThatWouldBeTooWideLeavesColumnsOutAndSaysSo() throws IOException {
        PlannedPoint one = sweeping("00000000000a", "2048", "{\"method\":\"ngram\",\"num_speculative_tokens\":4}");
        PlannedPoint other = sweeping("00000000000b", "1024", "{\"method\":\"ngram\",\"num_speculative_tokens\":8}");

        String table = measured(one, other);

        assertThat(table.lines()).allMatch(l -> l.length() <= ConsoleTable.WIDTH);
        assertThat(table).contains("Left out for width: ").contains("TPOT p50. All metrics: results.json");
    }

    @Test
    void aParameterThatIsTheSameInAllRowsStandsOnceAboveThem() throws IOException {
        PlannedPoint one = sweeping("00000000000a", "2048", "{}");
        PlannedPoint other = sweeping("00000000000b", "1024", "{}");

        String table = measured(one, other);

        assertThat(table).contains(" with speculativeConfig={}\n").contains("(longPrefillTokenThreshold)");
        assertThat(table).doesNotContain("(speculativeConfig)");
    }

    private static PlannedPoint sweeping(String id, String threshold, String speculativeConfig) {
        PlannedPoint p = SampleRun.serve(id, 8, null, 1, 1);
        Map<String, String> params = new LinkedHashMap<>();
        params.put("longPrefillTokenThreshold", threshold);
        params.put("speculativeConfig", speculativeConfig);
        return new PlannedPoint(
                p.id(),
                p.configuration(),
                p.benchmark(),
                p.bench(),
                params,
                p.settings(),
                null,
                p.primary(),
                1,
                1,
                1,
                false,
                null);
    }

    private String measured(PlannedPoint... points) throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(points).engine(0, false)) {
            for (PlannedPoint point : points) {
                List<RequestRecord> requests = SampleRun.requests(0, 0);
                run.window(point, 1, 0, SampleRun.measure(point, 0, requests), requests);
                run.closed(point, 0);
            }
            return ConsoleTable.of(run.results(), false);
        }
    }

    private String table(boolean simulated) throws IOException {
        try (SampleRun run = SampleRun.ofEveryFate(folder.resolve("sim-" + simulated + System.nanoTime()), simulated)) {
            return ConsoleTable.of(run.ended(130, "interrupted").results(), false);
        }
    }
}
