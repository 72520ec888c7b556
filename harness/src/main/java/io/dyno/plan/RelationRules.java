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
                    "prompts from " + written.datasetNames()
                            + " are read from a file, and datasetPath names none; write datasetPath = \""
                            + "path/to/file\"");
        } else if (path && !needsPath && !written.datasets().isEmpty()) {
            add(
                    Rule.DATASET_PATH_UNUSED,
                    written.place("datasetPath"),
                    "datasetPath is given, but prompts from " + written.datasetNames()
                            + " read no file; remove it, or choose a dataset that does, such as jsonl");
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
        for (Relation relation : Relation.of(written.benches())) {
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

    /** What will be taken where nothing is written; empty where the class alone does not say. */
    private List<Object> assumed(String name) {
        if (name.equals("numPrompts") && written.benches().equals(List.of(Bench.THROUGHPUT))) {
            return List.of(Defaults.NUM_PROMPTS);
        }
        if (name.equals("batchSize")) {
            return List.of(Defaults.BATCH_SIZE);
        }
        Optional<Dataset> only =
                written.datasets().size() == 1 ? written.datasets().get(0) : Optional.empty();
        Long length = only.map(dataset -> dataset.defaults().get(name)).orElse(null);
        return length == null ? List.of() : List.of(length);
    }

    /** Every combination of the values of some settings, with what is taken when none is written. */
    private List<Map<String, Object>> combinations(List<String> names) {
        List<Map<String, Object>> combinations = List.of(Map.of());
        for (String name : names) {
            List<Object> choices = written.values().getOrDefault(name, List.of());
            if (choices.isEmpty()) {
                choices = assumed(name);
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
