package io.dyno.report;

import io.dyno.result.PointResult;
import io.dyno.result.RunResults;
import io.dyno.result.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The closing table of a run. The same on every locale and terminal; at most {@link #WIDTH} columns where the names allow it. */
public final class ConsoleTable {
    /** Secondary columns are left out, from the right, where the table would be wider. */
    public static final int WIDTH = 140;

    private final RunResults results;
    private final boolean ascii;
    private final boolean simpleNames;

    private ConsoleTable(RunResults results, boolean ascii) {
        this.results = results;
        this.ascii = ascii;
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
        Map<String, List<PointResult>> classes = new LinkedHashMap<>();
        results.points().forEach(p -> classes.computeIfAbsent(p.benchmark(), c -> new ArrayList<>())
                .add(p));
        Footnotes notes = new Footnotes();
        StringBuilder tables = new StringBuilder();
        classes.forEach((benchmark, points) -> {
            String name = simpleNames ? simpleName(benchmark) : benchmark;
            tables.append(tables.isEmpty() ? "" : "\n")
                    .append(new BenchmarkTable(name, points, ascii).layOut(WIDTH, notes));
        });
        notes(notes);
        return banner() + engines() + tables + notes.layOut() + profiles();
    }

    /** Below all that was measured, so that nobody takes it for a part of it. */
    private String profiles() {
        return results.profiles().isEmpty() ? "" : "\n" + new ProfileTable(results.profiles(), this::name).layOut();
    }

    private String name(PointResult p) {
        return simpleNames ? simpleName(p.benchmark()) : p.benchmark();
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
        String name = p.engineVersion() == null && p.engine().equals("remote")
                ? "OpenAI-compatible server"
                : "vLLM" + (p.engineVersion() == null ? "" : " " + p.engineVersion());
        parts.add((p.simulated() ? "SIMULATED " : "") + name);
        if (p.urls().size() > 1) {
            parts.add(p.urls().size() + " servers");
        }
        if (p.gpus() == null) {
            parts.add("GPUs unknown");
        } else {
            String names = String.join(", ", new LinkedHashSet<>(p.identity().gpuNames()));
            parts.add(p.gpus() + " x " + (names.isEmpty() ? "GPU" : names));
        }
        if (p.identity().model() != null) {
            String revision =
                    p.identity().revision() == null ? "" : "@" + p.identity().revision();
            parts.add(p.identity().model() + revision);
        }
        parts.add(p.simulated() ? "NOT MEASURED" : p.engine().equals("remote") ? "measured, remote" : "measured");
        return BenchmarkTable.plain(String.join(dot, parts), WIDTH);
    }

    private void notes(Footnotes notes) {
        List<PointResult> shown = results.points().stream()
                .filter(p -> p.status() == Status.OK && p.score() != null)
                .toList();
        if (shown.stream().map(p -> p.score().estimate()).anyMatch(e -> e.score() != null && e.error() == null)) {
            notes.line("Error is empty where there is one fork: it does not tell how much engines differ. -f 3 does.");
        } else if (!shown.isEmpty()) {
            notes.line("Error: 95 % confidence, Student's t over forks, each with its own engine.");
        }
        int total = results.points().stream().mapToInt(p -> p.windows().total()).sum();
        int voided =
                results.points().stream().mapToInt(p -> p.windows().voided()).sum();
        int suspect =
                results.points().stream().mapToInt(p -> p.windows().suspect()).sum();
        if (voided + suspect > 0) {
            notes.line(voided + " of " + total + " windows void, " + suspect + " suspect (!).");
        }
    }

    private static String simpleName(String benchmark) {
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }
}
