package io.dyno.report;

import io.dyno.report.TextGrid.Cell;
import io.dyno.result.Crosscheck;
import io.dyno.stats.ClientComparison;
import io.dyno.stats.ClientFigure;
import io.dyno.stats.ClientRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What {@code -crosscheck} found for one point, in print: the work first, and the figures only when both clients had the same work done. */
public final class CrosscheckTable {
    private static final Map<ClientFigure, String> LABELS = Map.ofEntries(
            Map.entry(ClientFigure.DURATION, "duration, s"),
            Map.entry(ClientFigure.REQUEST_THROUGHPUT, "requests/s"),
            Map.entry(ClientFigure.OUTPUT_THROUGHPUT, "output tokens/s"),
            Map.entry(ClientFigure.MEAN_TTFT_MS, "mean TTFT, ms"),
            Map.entry(ClientFigure.MEDIAN_TTFT_MS, "median TTFT, ms"),
            Map.entry(ClientFigure.P99_TTFT_MS, "p99 TTFT, ms"),
            Map.entry(ClientFigure.MEAN_TPOT_MS, "mean TPOT, ms"),
            Map.entry(ClientFigure.MEDIAN_TPOT_MS, "median TPOT, ms"),
            Map.entry(ClientFigure.P99_TPOT_MS, "p99 TPOT, ms"),
            Map.entry(ClientFigure.MEAN_ITL_MS, "mean ITL, ms"),
            Map.entry(ClientFigure.MEDIAN_ITL_MS, "median ITL, ms"),
            Map.entry(ClientFigure.P99_ITL_MS, "p99 ITL, ms"),
            Map.entry(ClientFigure.MEAN_E2EL_MS, "mean E2EL, ms"),
            Map.entry(ClientFigure.MEDIAN_E2EL_MS, "median E2EL, ms"),
            Map.entry(ClientFigure.P99_E2EL_MS, "p99 E2EL, ms"));

    private final Crosscheck check;
    private final Footnotes notes = new Footnotes();
    private final Figures figures = Figures.measured();

    private CrosscheckTable(Crosscheck check) {
        this.check = check;
    }

    /** The table, ended by a line feed. */
    public static String of(Crosscheck check) {
        return new CrosscheckTable(check).layOut();
    }

    private String layOut() {
        StringBuilder out = new StringBuilder("Cross-check of ").append(name());
        Optional<ClientComparison> comparison = check.comparison();
        if (check.status() == Crosscheck.Status.FAILED || comparison.isEmpty()) {
            return out.append(" failed: ")
                    .append(check.reason())
                    .append("\n  the benchmark's own results are not touched by this\n")
                    .toString();
        }
        int pairs = check.pairs().size();
        out.append(", ")
                .append(check.load())
                .append(": the same ")
                .append(check.requests())
                .append(" prompts, drained, ")
                .append(pairs == 1 ? "1 pair" : "medians of " + pairs + " alternating pairs")
                .append('\n');
        TextGrid grid = new TextGrid(5, 0);
        grid.row(cells("", "dyno", "vllm bench serve", "ratio", pairs == 1 ? "" : "of each pair"), "");
        work(grid, "completed requests", run -> (long) run.completed());
        work(grid, "input tokens", ClientRun::inputTokens);
        work(grid, "output tokens", ClientRun::outputTokens);
        if (check.status() == Crosscheck.Status.NOT_COMPARABLE) {
            return out.append(grid.layOut())
                    .append("NOT COMPARABLE, the work differs: ")
                    .append(check.reason())
                    .append('\n')
                    .toString();
        }
        comparison.get().rows().forEach(row -> row(grid, row, pairs));
        check.notes().forEach(notes::line);
        return out.append(grid.layOut()).append(notes.layOut()).toString();
    }

    private String name() {
        String params = check.params().entrySet().stream()
                .map(e -> " " + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        return check.benchmark().substring(check.benchmark().lastIndexOf('.') + 1) + ".serve" + params;
    }

    /** Counts of the first pair in which they differ, else of any. */
    private void work(TextGrid grid, String label, Function<ClientRun, Long> count) {
        Crosscheck.Pair shown = check.pairs().stream()
                .filter(pair ->
                        !String.valueOf(count.apply(pair.dyno())).equals(String.valueOf(count.apply(pair.vllm()))))
                .findFirst()
                .orElse(check.pairs().get(0));
        grid.row(cells(label, whole(count.apply(shown.dyno())), whole(count.apply(shown.vllm())), "", ""), "");
    }

    private void row(TextGrid grid, ClientComparison.Row row, int pairs) {
        String marks = definition(row.figure()).map(notes::mark).orElse("");
        List<Cell> cells =
                new ArrayList<>(cells(LABELS.get(row.figure()), figures.of(row.dyno()), figures.of(row.vllm())));
        cells.add(new Cell(ratio(row.ratio()), marks));
        cells.add(Cell.of(
                pairs == 1 || row.ratio() == null ? "" : ratio(row.lowestPair()) + " to " + ratio(row.highestPair())));
        grid.row(cells, "");
    }

    /** Where the two clients do not mean quite the same. */
    private static Optional<String> definition(ClientFigure figure) {
        return switch (figure) {
            case DURATION, REQUEST_THROUGHPUT, OUTPUT_THROUGHPUT ->
                Optional.of(
                        "divided by: dyno, first send to last end; vllm, from before its first request is due until all its"
                                + " tasks are gathered");
            case MEAN_TTFT_MS, MEDIAN_TTFT_MS, P99_TTFT_MS ->
                Optional.of(
                        "clock starts: dyno, when the encoded request is handed to an open connection, and bytes are stamped"
                                + " as they are read; vllm, before it encodes and connects, and ends when its parser comes to the chunk");
            case MEAN_TPOT_MS, MEDIAN_TPOT_MS, P99_TPOT_MS ->
                Optional.of("divided by: dyno, the tokens after the first chunk; vllm, all tokens but one");
            case MEAN_ITL_MS, MEDIAN_ITL_MS, P99_ITL_MS ->
                Optional.of("gap between chunks, however many tokens they bring: vLLM's ITL is Dyno's icl");
            case MEAN_E2EL_MS, MEDIAN_E2EL_MS, P99_E2EL_MS -> Optional.empty();
        };
    }

    private static List<Cell> cells(String... texts) {
        return Arrays.stream(texts).map(Cell::of).toList();
    }

    private static String ratio(Double ratio) {
        return ratio == null ? "-" : String.format(Locale.ROOT, "%.3f", ratio);
    }

    private static String whole(Long count) {
        return count == null ? "unknown" : String.format(Locale.ROOT, "%,d", count);
    }
}
