package io.dyno.result;

import io.dyno.result.PointResult.MetricResult;
import io.dyno.stats.Estimate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** results.csv: one row for each statistic of each metric of each point, RFC 4180 with line feeds, numbers with a dot. */
final class CsvExport {
    private final StringBuilder text = new StringBuilder();
    private final List<String> params;

    private CsvExport(RunResults results) {
        TreeSet<String> names = new TreeSet<>();
        results.entries().forEach(p -> names.addAll(p.params().keySet()));
        params = List.copyOf(names);
    }

    static String of(RunResults results) {
        CsvExport csv = new CsvExport(results);
        csv.header();
        results.entries().forEach(csv::point);
        return csv.text.toString();
    }

    private void header() {
        List<String> cells =
                new ArrayList<>(List.of("Benchmark", "Engine", "Simulated", "Profiled", "Status", "Suspects"));
        cells.addAll(
                List.of("Metric", "Statistic", "Unit", "Direction", "Score", "Error", "Level", "Low", "High", "Forks"));
        cells.addAll(List.of("Samples", "Reason"));
        params.forEach(p -> cells.add("Param: " + p));
        row(cells);
    }

    private void point(PointResult p) {
        if (p.metrics().isEmpty()) {
            statistic(p, null, "", null, null);
        }
        p.metrics().values().forEach(m -> {
            statistic(p, m, "mean", m.estimate(), null);
            m.percentiles().forEach((percent, q) -> statistic(p, m, "p" + percent, q.estimate(), q.samples()));
        });
    }

    private void statistic(PointResult p, MetricResult m, String statistic, Estimate e, Integer samples) {
        List<String> cells = new ArrayList<>();
        cells.add(p.foreignName());
        cells.add(p.engine());
        cells.add(Boolean.toString(p.simulated()));
        cells.add(Boolean.toString(p.profiled()));
        cells.add(p.status().id());
        cells.add(String.join("; ", p.suspects()));
        cells.add(m == null ? null : m.metric().name());
        cells.add(statistic);
        cells.add(m == null ? null : m.metric().unit());
        cells.add(m == null ? null : m.metric().direction().id());
        cells.add(e == null ? null : number(e.score()));
        cells.add(e == null ? null : number(e.error()));
        cells.add(e == null ? null : number(e.level()));
        cells.add(e == null ? null : number(e.lo()));
        cells.add(e == null ? null : number(e.hi()));
        cells.add(e == null ? null : Integer.toString(e.forks()));
        cells.add(samples == null ? null : samples.toString());
        cells.add(reason(p, e));
        params.forEach(name -> cells.add(p.params().get(name)));
        row(cells);
    }

    private static String reason(PointResult p, Estimate e) {
        if (e != null) {
            return e.reason();
        }
        return p.failure() == null ? p.reason() : p.failure().message();
    }

    /** All digits, never in scientific notation, which spreadsheets read differently by locale. */
    private static String number(Double d) {
        return d == null
                ? null
                : new BigDecimal(Json.number(d)).stripTrailingZeros().toPlainString();
    }

    private void row(List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            text.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        text.append('\n');
    }

    private static String cell(String value) {
        if (value == null) {
            return "";
        }
        boolean quote = value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quote ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
