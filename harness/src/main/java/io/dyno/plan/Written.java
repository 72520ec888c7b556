package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A definition as the rules look at it.
 *
 * @param descriptor what was written
 * @param sources what sets a setting, in the order written
 * @param benches what is measured, the default included
 * @param values the valid values of each setting that is set; null among them where one leaves the setting out
 */
record Written(
        BenchmarkDescriptor descriptor, List<Source> sources, List<Bench> benches, Map<String, List<Object>> values) {

    static Written of(BenchmarkDescriptor descriptor) {
        List<Source> sources = Source.of(descriptor);
        Map<String, List<Object>> values = new LinkedHashMap<>();
        sources.forEach(source ->
                values.computeIfAbsent(source.name(), name -> new ArrayList<>()).addAll(source.values()));
        List<Bench> benches = descriptor.benches().isEmpty() ? Defaults.BENCHES : descriptor.benches();
        return new Written(descriptor, sources, benches, Collections.unmodifiableMap(values));
    }

    /** Where prompts come from: empty for the {@code @Prompts} method; no element when only unknown datasets are named. */
    List<Optional<Dataset>> datasets() {
        if (descriptor.hasPrompts()) {
            return List.of(Optional.empty());
        }
        if (!values.containsKey("dataset")) {
            return List.of(Optional.of(Defaults.DATASET));
        }
        return values.get("dataset").stream()
                .map(name -> Dataset.find(String.valueOf(name)))
                .filter(Optional::isPresent)
                .toList();
    }

    String datasetNames() {
        return datasets().stream()
                .map(dataset -> dataset.map(known -> "dataset " + known.id()).orElse("a @Prompts method"))
                .collect(Collectors.joining(" and "));
    }

    /** Where a setting is set. */
    Place place(String name) {
        return sources.stream()
                .filter(source -> source.name().equals(name))
                .map(source -> source.place(-1))
                .findFirst()
                .orElse(new Place.OnClass());
    }

    static String names(Iterable<Bench> benches) {
        Set<String> names = new LinkedHashSet<>();
        for (Bench bench : Bench.values()) {
            for (Bench given : benches) {
                if (given == bench) {
                    names.add(bench.name());
                }
            }
        }
        return String.join(", ", names);
    }
}
