package io.dyno.profilers.vllm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One reading of {@code /metrics}, of all servers of an engine: Prometheus text format 0.0.4. A series is a sample of one server with its labels;
 * engines of a data-parallel server are so many label values.
 */
final class MetricsPage {
    /** By name, then by server and labels. */
    private final Map<String, Map<String, Double>> series = new HashMap<>();

    private MetricsPage() {}

    /** Reads a page a server. Lines that are no samples are passed over. */
    static MetricsPage parse(List<String> servers) {
        MetricsPage page = new MetricsPage();
        for (int i = 0; i < servers.size(); i++) {
            String server = i + " ";
            servers.get(i).lines().forEach(line -> page.sample(server, line));
        }
        return page;
    }

    private void sample(String server, String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return;
        }
        int brace = line.indexOf('{');
        int nameEnd = brace >= 0 ? brace : line.indexOf(' ');
        int valueStart = brace >= 0 ? closingBrace(line, brace) + 1 : nameEnd;
        if (nameEnd <= 0 || valueStart <= 0) {
            return;
        }
        String name = line.substring(0, nameEnd);
        if (name.endsWith("_bucket")) {
            return; // most of a page, and read by nobody
        }
        String rest = line.substring(valueStart).strip();
        int blank = rest.indexOf(' '); // a timestamp may follow
        try {
            double value = Double.parseDouble(blank < 0 ? rest : rest.substring(0, blank));
            if (Double.isFinite(value)) { // Java reads "NaN", as which a gauge says that it has nothing to say
                series.computeIfAbsent(name, key -> new HashMap<>())
                        .merge(server + line.substring(nameEnd, valueStart), value, Double::sum);
            }
        } catch (NumberFormatException e) {
            // "+Inf" is no count; a line that is no sample says nothing
        }
    }

    private static int closingBrace(String line, int from) {
        boolean quoted = false;
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '}' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    /** The names of its samples. */
    Set<String> names() {
        return series.keySet();
    }

    /** The sum over all series, for counters and for gauges that count; empty when the page has no such sample. */
    OptionalDouble sum(String name) {
        Map<String, Double> values = series.get(name);
        return values == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        values.values().stream().mapToDouble(value -> value).sum());
    }

    /** The mean over all series, for gauges that are shares; empty when the page has no such sample. */
    OptionalDouble mean(String name) {
        return series.getOrDefault(name, Map.of()).values().stream()
                .mapToDouble(value -> value)
                .average();
    }

    /** The highest of all series; empty when the page has no such sample. */
    OptionalDouble max(String name) {
        return series.getOrDefault(name, Map.of()).values().stream()
                .mapToDouble(value -> value)
                .max();
    }

    /** How much a counter grew since an earlier page, over all its series; empty when one of them shrank, came or went: it was reset. */
    OptionalDouble growth(String name, MetricsPage earlier) {
        Map<String, Double> before = earlier.series.getOrDefault(name, Map.of());
        Map<String, Double> now = series.getOrDefault(name, Map.of());
        if (now.isEmpty() || !now.keySet().equals(before.keySet())) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (Map.Entry<String, Double> entry : now.entrySet()) {
            double grown = entry.getValue() - before.get(entry.getKey());
            if (grown < 0) {
                return OptionalDouble.empty();
            }
            sum += grown;
        }
        return OptionalDouble.of(sum);
    }
}
