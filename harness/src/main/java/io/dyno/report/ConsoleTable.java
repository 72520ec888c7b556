package io.dyno.report;

import io.dyno.report.TextGrid.Cell;
import io.dyno.result.Failure;
import io.dyno.result.PointResult;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.RunResults;
import io.dyno.result.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The closing table of a run. The same on every locale and terminal; at most {@link #WIDTH} columns where the names allow it. */
public final class ConsoleTable {
    /** Secondary columns are left out, from the right, where the table would be wider. */
    public static final int WIDTH = 140;

    private static final int LONGEST_VALUE = 28;
    private static final int LONGEST_MESSAGE = 160;

    private final RunResults results;
    private final boolean ascii;
    /** Names of parameters that differ between rows: they have a column. */
    private final List<String> params;

    /** Parameters that are the same in all rows, {@code name=value}. */
    private final List<String> constants;

    private final boolean simpleNames;

    private ConsoleTable(RunResults results, boolean ascii) {
        this.results = results;
        this.ascii = ascii;
        Set<String> names = new LinkedHashSet<>();
        results.points().forEach(p -> names.addAll(p.params().keySet()));
        params = names.stream().filter(name -> values(name).size() > 1).toList();
        constants = names.stream()
                .filter(name -> values(name).size() == 1)
                .map(name -> name + "=" + plain(values(name).iterator().next(), LONGEST_VALUE))
                .toList();
        Set<String> classes =
                results.points().stream().map(PointResult::benchmark).collect(Collectors.toSet());
        simpleNames = classes.stream().map(ConsoleTable::simpleName).distinct().count() == classes.size();
    }

    /**
     * Lays out a run's results.
     *
     * @param results the run
     * @param ascii whether to do without ± and other characters outside ASCII, where the output cannot show them
     * @return lines, each ended by a line feed
     */
    public static String of(RunResults results, boolean ascii) {
        if (results.points().isEmpty()) {
            return "No point was planned.\n";
        }
        return new ConsoleTable(results, ascii).layOut();
    }

    private String layOut() {
        List<SecondaryColumn> columns = new ArrayList<>(SecondaryColumn.ALL.stream()
                .filter(c -> results.points().stream().anyMatch(p -> p.status() == Status.OK && c.shows(p)))
                .toList());
        List<String> leftOut = new ArrayList<>();
        Footnotes notes = new Footnotes();
        TextGrid grid = grid(columns, notes);
        while (grid.width() > WIDTH && !columns.isEmpty()) {
            leftOut.add(0, columns.remove(columns.size() - 1).title());
            notes = new Footnotes();
            grid = grid(columns, notes);
        }
        notes(notes, columns, leftOut);
        String everywhere = constants.isEmpty() ? "" : "# all rows: " + String.join("  ", constants) + "\n";
        return banner() + engines() + everywhere + grid.layOut() + notes.layOut();
    }

    /** All values of a parameter; a point without it has the empty one. */
    private Set<String> values(String name) {
        return results.points().stream()
                .map(p -> p.params().getOrDefault(name, ""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A model's numbers must not be taken for a measurement, not even by somebody who reads one line. */
    private String banner() {
        boolean simulated = results.points().stream().anyMatch(PointResult::simulated);
        return simulated ? "SIMULATED. NOTHING HERE WAS MEASURED: NUMBERS WITH ~ COME FROM A MODEL.\n" : "";
    }

    private String engines() {
        String dot = ascii ? " | " : " · ";
        return results.points().stream()
                .filter(p -> p.engine() != null)
                .map(p -> "# " + engine(p, dot))
                .distinct()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String engine(PointResult p, String dot) {
        List<String> parts = new ArrayList<>();
        parts.add((p.simulated() ? "SIMULATED " : "") + "vLLM"
                + (p.engineVersion() == null ? "" : " " + p.engineVersion()));
        if (p.gpus() != null) {
            String names = String.join(", ", new LinkedHashSet<>(p.identity().gpuNames()));
            parts.add(p.gpus() + " x " + (names.isEmpty() ? "GPU" : names));
        }
        if (p.identity().model() != null) {
            String revision =
                    p.identity().revision() == null ? "" : "@" + p.identity().revision();
            parts.add(p.identity().model() + revision);
        }
        parts.add(p.simulated() ? "NOT MEASURED" : p.engine().equals("remote") ? "measured, remote" : "measured");
        return plain(String.join(dot, parts), WIDTH);
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
        for (PointResult p : results.points()) {
            row(grid, p, columns, notes);
        }
        return grid;
    }

    private void row(TextGrid grid, PointResult p, List<SecondaryColumn> columns, Footnotes notes) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of((simpleNames ? simpleName(p.benchmark()) : p.benchmark()) + "." + p.benchId()));
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
        p.suspects().forEach(s -> notes.line("suspect: " + place(p) + ": " + plain(s, LONGEST_MESSAGE)));
    }

    private static Cell score(PointResult p, MetricResult score, Figures figures, Footnotes notes) {
        String marks = (p.suspects().isEmpty() ? "" : "!") + (p.profiled() ? "P" : "");
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
        String values = p.params().entrySet().stream()
                .map(e -> e.getKey() + "=" + plain(e.getValue(), LONGEST_VALUE))
                .collect(Collectors.joining(" "));
        return simpleName(p.benchmark()) + "." + p.benchId() + (values.isEmpty() ? "" : " " + values);
    }

    private void notes(Footnotes notes, List<SecondaryColumn> columns, List<String> leftOut) {
        List<PointResult> shown = results.points().stream()
                .filter(p -> p.status() == Status.OK && p.score() != null)
                .toList();
        if (columns.stream().anyMatch(SecondaryColumn::latency)) {
            notes.line("TTFT, TPOT and E2EL in ms; TTFT and E2EL from the actual send. Metrics: docs/metrics.md");
        }
        if (shown.stream().map(p -> p.score().estimate()).anyMatch(e -> e.score() != null && e.error() == null)) {
            notes.line("Error is empty where there is one fork: it does not tell how much engines differ. -f 3 does.");
        } else if (!shown.isEmpty()) {
            notes.line("Error: 95 % confidence, Student's t over forks, each with its own engine.");
        }
        if (shown.stream().anyMatch(PointResult::profiled)) {
            notes.line("P: measured under a profiler that slows the engine down.");
        }
        int total = results.points().stream().mapToInt(p -> p.windows().total()).sum();
        int voided =
                results.points().stream().mapToInt(p -> p.windows().voided()).sum();
        int suspect =
                results.points().stream().mapToInt(p -> p.windows().suspect()).sum();
        if (voided + suspect > 0) {
            notes.line(voided + " of " + total + " windows void, " + suspect + " suspect (!).");
        }
        if (!leftOut.isEmpty()) {
            notes.line("Left out for width: " + String.join(", ", leftOut) + ". All metrics: results.json");
        }
    }

    private static String simpleName(String benchmark) {
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    /** One line that cannot move the cursor: log lines can hold anything. */
    private static String plain(String text, int longest) {
        String line = text.replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
