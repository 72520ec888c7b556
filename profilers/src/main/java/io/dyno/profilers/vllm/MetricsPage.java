package io.dyno.profilers.vllm;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One reading of {@code /metrics}: Prometheus text format 0.0.4. Samples of one family are added up over their labels, which is right for
 * counters and for gauges that count; engines of a data-parallel server are so many label values.
 */
final class MetricsPage {
    private final Map<String, Double> sums = new HashMap<>();
    private final Map<String, Integer> samples = new HashMap<>();

    private MetricsPage() {}

    /** Reads a page. Lines that are no samples are passed over. */
    static MetricsPage parse(String text) {
        MetricsPage page = new MetricsPage();
        text.lines().forEach(page::sample);
        return page;
    }

    private void sample(String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return;
        }
        int brace = line.indexOf('{');
        int nameEnd = brace >= 0 ? brace : line.indexOf(' ');
        int valueStart = brace >= 0 ? closingBrace(line, brace) + 1 : nameEnd;
        if (nameEnd <= 0 || valueStart <= 0) {
            return;
        }
        String rest = line.substring(valueStart).strip();
        int blank = rest.indexOf(' '); // a timestamp may follow
        try {
            double value = Double.parseDouble(blank < 0 ? rest : rest.substring(0, blank));
            String name = line.substring(0, nameEnd);
            sums.merge(name, value, Double::sum);
            samples.merge(name, 1, Integer::sum);
        } catch (NumberFormatException e) {
            // "+Inf" and "NaN" are no counts; a line that is no sample says nothing
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

    /** The sum over all labels; empty when the page has no such sample. */
    OptionalDouble sum(String name) {
        Double value = sums.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** The mean over all labels, for gauges that are shares; empty when the page has no such sample. */
    OptionalDouble mean(String name) {
        Double value = sums.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value / samples.get(name));
    }
}
