package io.dyno.profilers.vllm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** How much each counter grew from the first page to the last, from page to page: a reset between two of them hides in no sum. */
final class CounterGrowth {
    private final Map<String, Double> grown = new HashMap<>();
    private final Set<String> reset = new HashSet<>();
    private MetricsPage last;

    void add(MetricsPage page) {
        if (last != null) {
            Set<String> names = new HashSet<>(page.names());
            names.addAll(last.names());
            for (String name : names) {
                OptionalDouble growth = page.growth(name, last);
                if (growth.isPresent()) {
                    grown.merge(name, growth.getAsDouble(), Double::sum);
                } else {
                    reset.add(name);
                }
            }
        }
        last = page;
    }

    /** Empty when nothing is known of it. */
    OptionalDouble of(String counter) {
        Double growth = grown.get(counter);
        return growth == null || reset.contains(counter) ? OptionalDouble.empty() : OptionalDouble.of(growth);
    }

    /** Whether one of its series shrank, came or went. */
    boolean wasReset(String counter) {
        return reset.contains(counter);
    }
}
