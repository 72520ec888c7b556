package io.dyno.report;

import io.dyno.metrics.MetricNames;
import io.dyno.report.TextGrid.Cell;
import io.dyno.result.PointResult;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Points under profilers that slow the engine down: what the engine did meanwhile, what each profiler found and where its files are. Under a
 * heading of their own, since none of it is a score.
 */
final class ProfileTable {
    private static final int LONGEST_MESSAGE = 160;

    private final List<PointResult> profiles;
    private final Function<PointResult, String> name;

    /**
     * @param name what a row calls its class
     */
    ProfileTable(List<PointResult> profiles, Function<PointResult, String> name) {
        this.profiles = profiles;
        this.name = name;
    }

    String layOut() {
        TextGrid grid = new TextGrid(7, 0, 1, 2, 4, 6);
        grid.row(cells("Profiled", "Parameters", "Profiler", "Cnt", "Metric", "Slowed to", "Units"), "");
        profiles.forEach(p -> row(grid, p));
        StringBuilder out = new StringBuilder("PROFILED, NO SCORES: THE PROFILER SLOWED THE ENGINE DOWN.\n");
        out.append(grid.layOut());
        for (PointResult p : profiles) {
            found(out, p);
        }
        return out.toString();
    }

    private void row(TextGrid grid, PointResult p) {
        MetricResult score = shown(p);
        String profiler = p.profile().profiler();
        if (p.status() != Status.OK || score == null) {
            String why = p.failure() == null
                    ? String.valueOf(p.reason())
                    : p.failure().message();
            grid.row(cells(place(p), params(p), profiler), "failed: " + BenchmarkTable.plain(why, LONGEST_MESSAGE));
            return;
        }
        Figures figures = p.simulated() ? Figures.simulated() : Figures.measured();
        long count = score.raw().stream()
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .count();
        grid.row(
                cells(
                        place(p),
                        params(p),
                        profiler,
                        Long.toString(count),
                        score.metric().name(),
                        figures.of(score.estimate().score()),
                        score.metric().unit()),
                "");
    }

    /** Throughput where there is one: under a profiler nobody meets objectives. */
    private static MetricResult shown(PointResult p) {
        return p.metrics().getOrDefault(MetricNames.OUTPUT_THROUGHPUT.name(), p.score());
    }

    /** What the profiler found of its own, and its files. */
    private void found(StringBuilder out, PointResult p) {
        String profiler = p.profile().profiler();
        Figures figures = p.simulated() ? Figures.simulated() : Figures.measured();
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, MetricResult> entry : p.metrics().entrySet()) {
            Double value = entry.getValue().estimate().score();
            if (entry.getKey().startsWith(profiler + ".") && value != null) {
                lines.add(entry.getKey() + " " + figures.of(value) + " "
                        + entry.getValue().metric().unit());
            }
        }
        lines.addAll(p.profile().files());
        if (!lines.isEmpty()) {
            out.append(profiler)
                    .append(" of ")
                    .append(place(p))
                    .append(params(p).isEmpty() ? "" : " " + params(p));
            out.append(":\n");
            lines.forEach(line -> out.append("  ").append(line).append('\n'));
        }
    }

    private String place(PointResult p) {
        return name.apply(p) + "." + p.benchId();
    }

    private static String params(PointResult p) {
        return p.params().entrySet().stream()
                .map(e -> e.getKey() + "=" + BenchmarkTable.plain(e.getValue(), 32))
                .collect(Collectors.joining(" "));
    }

    private static List<Cell> cells(String... texts) {
        return Arrays.stream(texts).map(Cell::of).toList();
    }
}
