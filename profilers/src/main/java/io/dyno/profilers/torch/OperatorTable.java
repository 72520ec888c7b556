package io.dyno.profilers.torch;

import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.profilers.KernelName;
import io.dyno.profilers.torch.Operator.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What the traces of one profiled iteration say, as text and as numbers. Pure. */
final class OperatorTable {
    /** Operators that become secondary results of their own. */
    private static final int TOP = 5;

    private final Map<String, Trace> traces;

    /**
     * Of one profiled iteration.
     *
     * @param traces by the rank's name, {@code frontend} that of the server's own process
     */
    OperatorTable(Map<String, Trace> traces) {
        this.traces = new TreeMap<>(traces);
    }

    /** A table a trace: the operators that took the most time, by self time. */
    String text(int rows) {
        StringBuilder text = new StringBuilder();
        traces.forEach((rank, trace) -> {
            if (trace.untold() != null) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s: %,d events in %.1f ms; no table: %s%n%n",
                        rank,
                        trace.events(),
                        trace.spanMicros() / 1e3,
                        trace.untold()));
                return;
            }
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d events in %.1f ms; operators took %.1f ms on the CPU, %s%n",
                    rank,
                    trace.events(),
                    trace.spanMicros() / 1e3,
                    trace.millis(Side.CPU),
                    trace.has(Side.GPU)
                            ? String.format(Locale.ROOT, "kernels %.1f ms on the GPU", trace.millis(Side.GPU))
                            : "nothing ran on a GPU"));
            if (!trace.operators().isEmpty()) {
                text.append(String.format(
                        "%-4s %12s %7s %12s %10s %12s  %s%n",
                        "on", "self ms", "share", "total ms", "calls", "mean us", "operator"));
            }
            trace.operators().stream().limit(rows).forEach(operator -> text.append(row(trace, operator)));
            text.append(System.lineSeparator());
        });
        return text.toString();
    }

    private static String row(Trace trace, Operator operator) {
        double all = trace.millis(operator.side());
        return String.format(
                Locale.ROOT,
                "%-4s %12.3f %6.1f%% %12.3f %10d %12.3f  %s%n",
                operator.side(),
                operator.selfMicros() / 1e3,
                all == 0 ? 0 : 100 * operator.selfMicros() / 1e3 / all,
                operator.totalMicros() / 1e3,
                operator.calls(),
                operator.totalMicros() / operator.calls(),
                operator.name());
    }

    /** Times of operators, means over the ranks: all of them, and those of the first five on the GPU where there is one, else on the CPU. */
    List<MetricValue> results() {
        List<Trace> ranks = traces.entrySet().stream()
                .filter(entry -> !TraceName.isFrontend(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        List<MetricValue> results = new ArrayList<>();
        Optional<String> untold =
                ranks.stream().map(Trace::untold).filter(Objects::nonNull).findFirst();
        if (untold.isPresent()) {
            results.add(MetricValue.absent(metric("cpu_time"), untold.get()));
            results.add(MetricValue.absent(metric("gpu_time"), untold.get()));
            return results;
        }
        boolean gpu = ranks.stream().anyMatch(trace -> trace.has(Side.GPU));
        results.add(time("cpu_time", ranks, Side.CPU, "the traces hold no operator on the CPU"));
        results.add(time("gpu_time", ranks, Side.GPU, "the traces hold no kernel: nothing ran on a GPU"));
        Map<String, Double> selfMillis = new LinkedHashMap<>();
        for (Trace trace : ranks) {
            for (Operator operator : trace.operators()) {
                if (operator.side() == (gpu ? Side.GPU : Side.CPU)) {
                    selfMillis.merge(
                            KernelName.shortened(operator.name()),
                            operator.selfMicros() / 1e3 / ranks.size(),
                            Double::sum);
                }
            }
        }
        selfMillis.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(TOP)
                .forEach(entry -> results.add(MetricValue.of(metric("self_time." + entry.getKey()), entry.getValue())));
        return results;
    }

    private static MetricValue time(String name, List<Trace> ranks, Side side, String whyNot) {
        return ranks.stream().anyMatch(trace -> trace.has(side))
                ? MetricValue.of(
                        metric(name),
                        ranks.stream()
                                .mapToDouble(trace -> trace.millis(side))
                                .average()
                                .orElseThrow())
                : MetricValue.absent(metric(name), whyNot);
    }

    private static Metric metric(String name) {
        return new Metric("torch." + name, "ms", Direction.NONE);
    }
}
