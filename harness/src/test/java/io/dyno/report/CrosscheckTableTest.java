package io.dyno.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.result.Crosscheck;
import io.dyno.result.Golden;
import io.dyno.stats.ClientFigure;
import io.dyno.stats.ClientRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrosscheckTableTest {
    @TempDir
    private Path folder;

    /** A run whose figures are {@code base}, {@code base + 1}, …. */
    private static ClientRun run(double base, long outputTokens) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (ClientFigure figure : ClientFigure.values()) {
            figures.put(figure.id(), base + figures.size());
        }
        return new ClientRun(100, 0, 6412L, outputTokens, figures);
    }

    private static Crosscheck check(List<Crosscheck.Pair> pairs) {
        return new Crosscheck(
                "0123456789ab",
                "com.acme.RateSweep",
                Map.of("requestRate", "10"),
                "open loop of 10 req/s",
                Crosscheck.Status.OK,
                null,
                100,
                false,
                List.of("the prefix cache could not be emptied between runs"),
                List.of("vllm", "bench", "serve"),
                pairs,
                Map.of());
    }

    private static Crosscheck.Pair pair(ClientRun dyno, ClientRun vllm) {
        return new Crosscheck.Pair(dyno, vllm, "crosscheck/a.jsonl.gz", "crosscheck/b.json", "logs/c.log");
    }

    @Test
    void bothClientsStandSideBySideTheWorkFirst() throws IOException {
        Crosscheck check = check(List.of(
                        pair(run(100, 3200), run(101, 3200)),
                        pair(run(104, 3200), run(100, 3200)),
                        pair(run(103, 3200), run(102, 3200))))
                .judged();

        Golden.check("report/crosscheck.txt", CrosscheckTable.of(check));
    }

    @Test
    void otherTokensHideTheFigures() {
        String table = CrosscheckTable.of(
                check(List.of(pair(run(100, 3200), run(101, 3200)), pair(run(100, 3200), run(101, 3100))))
                        .judged());

        assertThat(table)
                .contains(
                        "NOT COMPARABLE, the work differs: pair 2: output tokens differ: dyno 3200, vllm bench serve 3100")
                .containsPattern("output tokens +3,200 +3,100")
                .doesNotContain("TTFT");
    }

    @Test
    void aFailureIsOneParagraphThatSaysWhatItDidNotTouch() {
        Crosscheck failed = new Crosscheck(
                "0123456789ab",
                "com.acme.RateSweep",
                Map.of(),
                "closed loop of 4",
                Crosscheck.Status.FAILED,
                "vllm bench serve ended with exit code 1",
                0,
                true,
                List.of(),
                List.of(),
                List.of(),
                Map.of());

        assertThat(CrosscheckTable.of(failed)).isEqualTo("""
                        Cross-check of RateSweep.serve failed: vllm bench serve ended with exit code 1
                          the benchmark's own results are not touched by this
                        """);
    }

    @Test
    void theFileGivesBackWhatWasAddedAndKeepsOneEntryAPoint() throws IOException {
        Path file = folder.resolve(Crosscheck.FILE);
        Crosscheck first = check(List.of(pair(run(100, 3200), run(101, 3200)))).judged();
        Crosscheck again = check(List.of(pair(run(200, 3200), run(201, 3200)))).judged();

        Crosscheck.add(file, first);
        assertThat(Crosscheck.read(file)).containsExactly(first);

        Crosscheck.add(file, again);
        assertThat(Crosscheck.read(file)).as("the same point again").containsExactly(again);
    }
}
