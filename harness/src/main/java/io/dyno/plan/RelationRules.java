package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules about settings together: whether anything uses them, and whether their values can go together. */
final class RelationRules {
    private final Written written;
    private final List<Problem> problems;

    private RelationRules(Written written, List<Problem> problems) {
        this.written = written;
        this.problems = problems;
    }

    static void check(Written written, List<Problem> problems) {
        RelationRules rules = new RelationRules(written, problems);
        rules.unused();
        rules.datasetPath();
        rules.burstiness();
        rules.speculation();
        rules.relations();
    }

    private void unused() {
        for (Source source : written.sources()) {
            Setting setting = source.setting();
            boolean used = written.benches().stream().anyMatch(setting::usedBy);
            if (!used) {
                add(
                        Rule.LOAD_UNUSED,
                        source.place(-1),
                        source.title() + " is used by " + Written.names(setting.benches())
                                + ", and this class measures " + Written.names(written.benches())
                                + "; remove it, or add the bench");
            } else if (!source.name().equals("datasetPath")
                    && !written.datasets().isEmpty()
                    && written.datasets().stream().noneMatch(dataset -> Dataset.uses(dataset, setting.name()))) {
                add(
                        Rule.LOAD_UNUSED,
                        source.place(-1),
                        source.title() + " means nothing for prompts from " + written.datasetNames() + "; remove it");
            }
        }
    }

    private void datasetPath() {
        boolean path = written.values().containsKey("datasetPath");
        boolean needsPath = written.datasets().stream().anyMatch(dataset -> Dataset.uses(dataset, "datasetPath"));
        if (needsPath && !path) {
            add(
                    Rule.DATASET_PATH_MISSING,
                    written.place("dataset"),
                    "dataset jsonl reads a file, and datasetPath names none; write datasetPath = \"prompts.jsonl\"");
        } else if (path && !needsPath && !written.datasets().isEmpty()) {
            add(
                    Rule.DATASET_PATH_UNUSED,
                    written.place("datasetPath"),
                    "datasetPath is given, but prompts from " + written.datasetNames()
                            + " read no file; remove it, or choose" + " dataset = \"jsonl\"");
        }
    }

    private void burstiness() {
        boolean finite = written.values().getOrDefault("requestRate", List.of()).stream()
                .anyMatch(rate -> rate instanceof Number number && !Values.isInfinite(number));
        if (written.values().containsKey("burstiness")
                && !finite
                && written.benches().contains(Bench.SERVE)) {
            add(
                    Rule.BURSTINESS_WITHOUT_RATE,
                    written.place("burstiness"),
                    "burstiness shapes the gaps of a finite requestRate, and none is given; give one, or remove burstiness");
        }
    }

    private void speculation() {
        boolean random = written.datasets().contains(Optional.of(Dataset.RANDOM));
        for (String name : List.of("speculativeConfig", "spec-method", "spec-model")) {
            if (random && written.values().containsKey(name)) {
                add(
                        Rule.SPECULATIVE_ON_RANDOM,
                        written.place(name),
                        "speculative decoding guesses text, and dataset random sends random tokens that nobody can guess: only its"
                                + " overhead would be measured; choose dataset = \"dyno\" or \"jsonl\", or a @Prompts method");
            }
        }
    }

    private void relations() {
        for (Relation relation : Relation.values()) {
            Optional<String> refused = Optional.empty();
            boolean possible = false;
            for (Map<String, Object> combination : combinations(relation.settings())) {
                Optional<String> reason = relation.refuses(combination);
                possible |= reason.isEmpty();
                refused = refused.or(() -> reason);
            }
            if (!possible && refused.isPresent()) {
                String last = relation.settings().stream()
                        .filter(written.values()::containsKey)
                        .findFirst()
                        .orElseThrow();
                add(relation.rule(), written.place(last), refused.get());
            }
        }
    }

    /** Every combination of the values of some settings, with the lengths that are taken when none is written. */
    private List<Map<String, Object>> combinations(List<String> names) {
        List<Map<String, Object>> combinations = List.of(Map.of());
        for (String name : names) {
            List<Object> choices = written.values().getOrDefault(name, List.of());
            boolean random = written.datasets().equals(List.of(Optional.of(Dataset.RANDOM)));
            if (choices.isEmpty() && random && (name.equals("inputLen") || name.equals("outputLen"))) {
                choices = List.of(name.equals("inputLen") ? Defaults.INPUT_LEN : Defaults.OUTPUT_LEN);
            }
            if (!choices.isEmpty()) {
                List<Map<String, Object>> longer = new ArrayList<>();
                for (Map<String, Object> combination : combinations) {
                    for (Object choice : choices) {
                        Map<String, Object> with = new HashMap<>(combination);
                        if (choice != null) {
                            with.put(name, choice);
                        }
                        longer.add(with);
                    }
                }
                combinations = longer;
            }
        }
        return combinations;
    }

    private void add(Rule rule, Place place, String message) {
        problems.add(new Problem(rule, place, message));
    }
}
