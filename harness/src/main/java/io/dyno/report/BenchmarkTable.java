package io.dyno.report;

import io.dyno.report.TextGrid.Cell;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import io.dyno.result.PointResult;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of one benchmark class: its parameters that differ are columns, those that do not stand above. */
final class BenchmarkTable {
    private static final int LONGEST_VALUE = 32;
    private static final int LONGEST_MESSAGE = 160;

    private final String name;
    private final List<PointResult> points;
    private final boolean ascii;

    /** Names of parameters that differ between rows: they have a column. */
    private final List<String> params;

    /** Parameters that are the same in all rows, {@code name=value}. */
    private final List<String> constants;

    /**
     * For one class.
     *
     * @param name the class as the rows call it
     */
    BenchmarkTable(String name, List<PointResult> points, boolean ascii) {
        this.name = name;
        this.points = points;
        this.ascii = ascii;
        Set<String> names = new LinkedHashSet<>();
        points.forEach(p -> names.addAll(p.params().keySet()));
        params = names.stream().filter(n -> values(n).size() > 1).toList();
        constants = names.stream()
                .filter(n -> values(n).size() == 1)
                .map(n -> n + "=" + plain(values(n).iterator().next(), LONGEST_VALUE))
                .toList();
    }

    /** All values of a parameter; a point without it has the empty one. */
    private Set<String> values(String param) {
        return points.stream()
                .map(p -> p.params().getOrDefault(param, ""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Lays the rows out.
     *
     * @param width columns are left out, from the right, as long as the table is wider
     * @param notes takes what stands under the table
     */
    String layOut(int width, Footnotes notes) {
        List<SecondaryColumn> columns = new ArrayList<>(SecondaryColumn.ALL.stream()
                .filter(c -> points.stream().anyMatch(p -> p.status() == Status.OK && c.shows(p)))
                .toList());
        List<String> leftOut = new ArrayList<>();
        while (!columns.isEmpty() && grid(columns, new Footnotes(notes)).width() > width) {
            leftOut.add(0, columns.remove(columns.size() - 1).title());
        }
        TextGrid grid = grid(columns, notes);
        if (columns.stream().anyMatch(SecondaryColumn::latency)) {
            notes.line("TTFT, TPOT and E2EL in ms; TTFT and E2EL from the actual send. Metrics: docs/metrics.md");
        }
        if (!leftOut.isEmpty()) {
            notes.line("Left out for width: " + String.join(", ", leftOut) + ". All metrics: results.json");
        }
        return (constants.isEmpty() ? "" : "# " + name + " with " + String.join("  ", constants) + "\n")
                + grid.layOut();
    }

    private TextGrid grid(List<SecondaryColumn> columns, Footnotes notes) {
        int metric = params.size() + 2;
        TextGrid grid = new TextGrid(metric + 4 + columns.size(), 0, metric, metric + 2, metric + 3);
        List<Cell> header = new ArrayList<>();
        header.add(Cell.of("Benchmark"));
        params.forEach(p -> header.add(Cell.of("(" + p + ")")));
        List.of("Cnt", "Metric", "Score", "Error", "Units").forEach(h -> header.add(Cell.of(h)));
        columns.forEach(c -> header.add(Cell.of(c.title())));
        grid.row(header, "");
        for (PointResult p : points) {
            row(grid, p, columns, notes);
        }
        return grid;
    }

    private void row(TextGrid grid, PointResult p, List<SecondaryColumn> columns, Footnotes notes) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(name + "." + p.benchId()));
        for (String name : params) {
            cells.add(Cell.of(plain(p.params().getOrDefault(name, ""), LONGEST_VALUE)));
        }
        MetricResult score = p.score();
        if (p.status() != Status.OK || score == null) {
            cells.add(Cell.of("-"));
            grid.row(cells, ending(p));
            return;
        }
        Figures figures = p.simulated() ? Figures.simulated() : Figures.measured();
        long count = score.raw().stream()
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .count();
        cells.add(Cell.of(Long.toString(count)));
        cells.add(Cell.of(score.metric().name()));
        cells.add(score(p, score, figures, notes));
        cells.add(Cell.of(
                score.estimate().error() == null
                        ? ""
                        : (ascii ? "+- " : "± ") + figures.of(score.estimate().error())));
        cells.add(Cell.of(score.metric().unit()));
        columns.forEach(c -> cells.add(c.cell(p, figures, notes)));
        grid.row(cells, "");
        if (p.prompts() != null) {
            prompts(p, p.prompts(), notes);
        }
        p.differences().forEach(d -> notes.line("in force: " + place(p) + ": " + plain(d.text(), LONGEST_MESSAGE)));
        p.inForceVaries()
                .forEach((name, values) -> notes.line("in force: " + place(p) + ": " + name
                        + " is measured at each start and differs between forks: " + String.join(", ", values)));
        p.suspects().forEach(s -> notes.line("suspect: " + place(p) + ": " + plain(s, LONGEST_MESSAGE)));
    }

    private void prompts(PointResult p, JournalEvent.PromptUse use, Footnotes notes) {
        String place = "prompts: " + place(p) + ": ";
        if (use.repeated() > 0) {
            notes.line(place + use.repeated()
                    + " were rows of the dataset given out before, salted so that no cache serves them");
        }
        if (!use.dropped().isEmpty()) {
            String reasons = use.dropped().entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", "));
            notes.line(place + "rows of the dataset were left out: " + reasons);
        }
        use.notes().forEach(note -> notes.line(place + plain(note, LONGEST_MESSAGE)));
    }

    private static Cell score(PointResult p, MetricResult score, Figures figures, Footnotes notes) {
        String marks = p.suspects().isEmpty() ? "" : "!";
        if (score.estimate().score() == null) {
            return new Cell(
                    "-",
                    marks
                            + notes.mark(score.metric().name() + ": "
                                    + score.estimate().reason()));
        }
        return new Cell(figures.of(score.estimate().score()), marks);
    }

    private String ending(PointResult p) {
        Failure failure = p.failure();
        if (failure == null) {
            return p.status().id() + (p.reason() == null ? "" : ": " + plain(p.reason(), LONGEST_MESSAGE));
        }
        String log = failure.log() == null ? "" : "  " + failure.log();
        return p.status().id() + "  " + failure.type().id() + ": \"" + plain(failure.message(), LONGEST_MESSAGE) + "\""
                + log;
    }

    private String place(PointResult p) {
        String values = params.stream()
                .filter(p.params()::containsKey)
                .map(param -> " " + param + "=" + plain(p.params().get(param), LONGEST_VALUE))
                .collect(Collectors.joining());
        return name + "." + p.benchId() + values;
    }

    /** One line that cannot move the cursor: log lines can hold anything. */
    static String plain(String text, int longest) {
        String line = text.replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
