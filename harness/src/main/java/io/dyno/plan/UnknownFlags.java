package io.dyno.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names that are meant as flags of vLLM and that the catalogue does not have: only the installed vLLM can tell whether it has them. */
public final class UnknownFlags {
    private UnknownFlags() {}

    /**
     * What is unknown in what was written and asked for.
     *
     * @return names without dashes, in the order written
     */
    public static Set<String> of(List<BenchmarkDescriptor> benchmarks, PlanRequest request) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> fields = new LinkedHashSet<>();
        for (BenchmarkDescriptor benchmark : benchmarks) {
            benchmark.params().forEach(param -> fields.add(param.field()));
        }
        request.parameters().keySet().stream()
                .filter(name -> !fields.contains(name) && Settings.find(name).isEmpty())
                .filter(name -> !Overrides.OPTIONS.containsKey(name))
                .forEach(name -> names.add(flag(name)));
        for (Overrides.Result result : new Overrides(benchmarks, request, new ArrayList<>()).apply()) {
            names.addAll(places(result).keySet());
        }
        return names;
    }

    /** The unknown flags of one class and what sets them. */
    static Map<String, Problem.Place> places(Overrides.Result result) {
        Map<String, Problem.Place> places = new LinkedHashMap<>();
        for (Source source : Source.of(result.descriptor())) {
            if (!source.known()) {
                places.put(flag(source.name()), source.place(-1));
            }
            if (source.name().equals("engineArgs")) {
                source.values().stream()
                        .filter(List.class::isInstance)
                        .flatMap(tokens -> EngineArguments.read(strings(tokens)).flags().entrySet().stream())
                        .filter(flag ->
                                FlagCatalogue.vllm().find("--" + flag.getKey()).isEmpty())
                        .forEach(flag -> places.put(flag(flag.getKey()), source.elementPlace(flag.getValue())));
            }
        }
        return places;
    }

    /**
     * What is wrong with an unknown flag now that the installed vLLM has been asked: it has it, or nobody does.
     *
     * @param name without dashes
     */
    static Optional<Finding> refused(String name, FlagCatalogue installed) {
        if (installed.find("--" + name).isPresent()) {
            return Optional.empty();
        }
        Optional<String> remedy = RetiredFlags.remedy(name);
        String guess = remedy.map(text -> "; " + text)
                .or(() -> installed.closest(name).map(close -> "; did you mean \"" + close + "\"?"))
                .orElse("");
        return Optional.of(new Finding(
                Rule.UNKNOWN_FLAG,
                "neither vLLM " + FlagCatalogue.vllm().version() + " nor the installed one (" + installed.version()
                        + ") has the flag --" + name + guess));
    }

    private static List<String> strings(Object tokens) {
        return ((List<?>) tokens).stream().map(String::valueOf).toList();
    }

    private static String flag(String name) {
        return Spelling.kebab(name.replaceFirst("^--?", "").split("[.=]", 2)[0]);
    }
}
