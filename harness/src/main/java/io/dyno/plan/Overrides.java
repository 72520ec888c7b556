package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts {@code -p} and {@code -bm} in the place of what was written. */
final class Overrides {
    /** What users take for settings, and the options that do it. */
    static final Map<String, String> OPTIONS = Map.of(
            "bench", "-bm",
            "forks", "-f",
            "iterations", "-i (warm-up: -wi)",
            "time", "-r (warm-up: -w)",
            "sampling", "the names of its attributes, such as -p temperature=0.7");

    private final List<BenchmarkDescriptor> benchmarks;
    private final PlanRequest request;
    private final List<Problem> problems;

    /**
     * @param problems receives what is wrong with the parameters themselves
     */
    Overrides(List<BenchmarkDescriptor> benchmarks, PlanRequest request, List<Problem> problems) {
        this.benchmarks = benchmarks;
        this.request = request;
        this.problems = problems;
    }

    /**
     * A class as the command line wants it.
     *
     * @param descriptor what counts now
     * @param original what was written
     * @param named for each setting and field that {@code -p} named, the name as given
     */
    record Result(BenchmarkDescriptor descriptor, BenchmarkDescriptor original, Map<String, String> named) {
        /** The load setting that a name given by {@code -p} stands for on this class, if it stands for one. */
        Optional<String> loadSetting(String name) {
            int field = field(original, name);
            String setting = field < 0 ? name : original.params().get(field).setting();
            return Optional.ofNullable(setting)
                    .flatMap(Settings::find)
                    .filter(found -> !found.engine())
                    .map(Setting::name);
        }

        /** The option behind a problem's place, if {@code -p} is behind it. */
        Optional<Place> option(Place place) {
            String name = null;
            if (place instanceof Place.OnSetting on) {
                name = on.setting();
            } else if (place instanceof Place.OnField on) {
                name = on.field();
            }
            return Optional.ofNullable(name).map(named::get).map(given -> new Place.OnOption("-p " + given));
        }
    }

    List<Result> apply() {
        request.parameters().keySet().forEach(this::known);
        request.parameters().forEach(this::listsAreArrays);
        return benchmarks.stream().map(this::apply).toList();
    }

    private Result apply(BenchmarkDescriptor written) {
        List<WrittenSetting> settings = new ArrayList<>(written.settings());
        List<ParamField> params = new ArrayList<>(written.params());
        Map<String, String> named = new LinkedHashMap<>();
        request.parameters().forEach((name, values) -> {
            int field = field(written, name);
            Optional<Setting> setting = Settings.find(name);
            if (field >= 0) {
                ParamField old = params.get(field);
                params.set(field, new ParamField(old.field(), old.setting(), old.type(), values, old.constants()));
                twice(named.put(old.field(), name), name);
                if (old.setting() != null) {
                    named.put(old.setting(), name);
                }
                checkType(old, name, values);
            } else if (setting.isPresent()) {
                settings.removeIf(other -> other.name().equals(setting.get().name()));
                settings.add(new WrittenSetting(setting.get().name(), values));
                twice(named.put(setting.get().name(), name), name);
            } else if (installed(name)) {
                settings.add(new WrittenSetting(Spelling.kebab(name), values));
                twice(named.put(Spelling.kebab(name), name), name);
            }
        });
        List<Bench> benches = request.benches().isEmpty()
                ? written.benches()
                : new ArrayList<>(new LinkedHashSet<>(request.benches()));
        BenchmarkDescriptor effective = new BenchmarkDescriptor(
                written.benchmark(),
                settings,
                params,
                benches,
                written.slo(),
                written.forks(),
                written.warmupForks(),
                written.warmup(),
                written.measurement(),
                written.hasPrompts(),
                written.setups(),
                written.tearDowns());
        return new Result(effective, written, named);
    }

    /** The field that a name stands for: its own name, or any spelling of the setting that it sets. */
    private static int field(BenchmarkDescriptor written, String name) {
        String setting = Settings.find(name).map(Setting::name).orElse(Spelling.kebab(name));
        for (int i = 0; i < written.params().size(); i++) {
            ParamField field = written.params().get(i);
            if (field.field().equals(name) || setting.equals(field.setting())) {
                return i;
            }
        }
        return -1;
    }

    private void twice(String before, String name) {
        if (before != null && !before.equals(name)) {
            add(
                    Rule.PARAMETER_TWICE,
                    name,
                    "-p " + before + " and -p " + name + " set the same; write one -p with all values");
        }
    }

    private void known(String name) {
        boolean field = benchmarks.stream().anyMatch(written -> field(written, name) >= 0);
        if (field || Settings.find(name).isPresent() || installed(name)) {
            return;
        }
        if (OPTIONS.containsKey(name)) {
            add(Rule.UNKNOWN_NAME, name, "-p " + name + " is no setting; use " + OPTIONS.get(name));
            return;
        }
        Set<String> fields = new LinkedHashSet<>();
        benchmarks.forEach(written -> written.params().forEach(param -> fields.add(param.field())));
        String guess = RetiredFlags.remedy(name)
                .map(remedy -> " any more; " + remedy)
                .or(() -> Suggestions.closest(name, fields)
                        .or(() -> Settings.closest(name))
                        .or(() -> Optional.ofNullable(request.installed()).flatMap(flags -> flags.closest(name)))
                        .map(close -> "; did you mean \"" + close + "\"?"))
                .orElse("; docs/settings.md has all names");
        add(
                Rule.UNKNOWN_NAME,
                name,
                "-p " + name + ": no @Param field, no setting and no flag of vLLM has this name" + guess);
    }

    private boolean installed(String name) {
        return request.installed() != null
                && request.installed().find(Spelling.kebab(name)).isPresent();
    }

    private void listsAreArrays(String name, List<String> values) {
        Optional<Setting> setting = Settings.find(name).filter(found -> found.type() == Setting.Type.LIST);
        boolean bare = values.stream().anyMatch(value -> !value.isBlank() && !value.startsWith("["));
        if (setting.isPresent() && values.size() > 1 && bare) {
            String array = Values.array(values);
            add(
                    Rule.VALUE_SYNTAX,
                    name,
                    "-p " + name + " is a list, and commas would sweep over " + values.size()
                            + " lists; one list is one JSON array: -p '" + name + "=" + array + "'");
        }
    }

    private void checkType(ParamField field, String name, List<String> values) {
        Optional<Setting> setting = Optional.ofNullable(field.setting()).flatMap(Settings::find);
        Set<String> seen = new HashSet<>();
        for (String value : values) {
            Optional<String> canonical = canonical(setting, value);
            boolean leftOut = value.isBlank() && setting.filter(Setting::engine).isPresent();
            if (!leftOut && canonical.isPresent()) {
                FieldTypes.refuses(field, value, setting)
                        .ifPresent(reason -> add(Rule.PARAM_VALUE, name, "-p " + name + "=" + value + ": " + reason));
            }
            if (!seen.add(canonical.orElse(value))) {
                add(Rule.VALUE_TWICE, name, "-p " + name + ": " + value + " stands twice in the sweep; keep one");
            }
        }
    }

    /** The one text of equal values; empty when the setting has no such value, which the rules report. */
    private static Optional<String> canonical(Optional<Setting> setting, String value) {
        try {
            return Optional.of(setting.isEmpty() ? value : Values.text(Values.parse(setting.get(), value)));
        } catch (Values.NotAValueException reported) {
            return Optional.empty();
        }
    }

    private void add(Rule rule, String name, String message) {
        Problem problem = new Problem(rule, new Place.OnOption("-p " + name), message);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
