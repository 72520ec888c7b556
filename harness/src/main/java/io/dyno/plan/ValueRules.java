package io.dyno.plan;

import io.dyno.plan.Problem.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules about each setting by itself: its values, its name, and that it is set once. */
final class ValueRules {
    private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";

    private final Written written;
    private final List<Problem> problems;

    private ValueRules(Written written, List<Problem> problems) {
        this.written = written;
        this.problems = problems;
    }

    static void check(Written written, List<Problem> problems) {
        ValueRules rules = new ValueRules(written, problems);
        written.sources().forEach(rules::source);
        rules.setTwice();
    }

    private void source(Source source) {
        if (!source.known()) {
            add(EngineArguments.unknown(source.name()), source.place(-1));
        }
        if (source.setting().flag() != null) {
            ReservedFlags.flag(source.setting().flag()).ifPresent(finding -> add(finding, source.place(-1)));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < source.texts().size(); i++) {
            value(source, i, seen);
        }
    }

    private void value(Source source, int index, Set<String> seen) {
        String text = source.texts().get(index);
        Place place = source.place(index);
        if (text.isBlank()) {
            if (!source.canBeLeftOut()) {
                add(
                        Rule.EMPTY_VALUE,
                        place,
                        source.title() + " is empty, and it cannot be left out in this way; remove it");
            }
            return;
        }
        try {
            Object value = Values.parse(source.setting(), text);
            if (source.field() == null && !seen.add(Values.text(value))) {
                add(Rule.VALUE_TWICE, place, source.title() + " = " + text + " stands twice in the sweep; keep one");
            }
            if (value instanceof List<?> list) {
                List<String> elements = list.stream().map(String::valueOf).toList();
                switch (source.name()) {
                    case "engineArgs" -> engineArgs(elements, source);
                    case "env" -> env(elements, source);
                    default -> {
                        // the words of a flag that takes several
                    }
                }
            }
        } catch (Values.NotAValueException e) {
            String meaning = source.setting().meaning();
            String about = meaning.isEmpty() ? "" : " (" + meaning + ")";
            add(e.rule(), place, source.title() + " = " + text + ": " + e.getMessage() + about);
        }
    }

    private void engineArgs(List<String> tokens, Source source) {
        EngineArguments.Reading reading = EngineArguments.read(tokens);
        reading.findings().forEach(located -> add(located.finding(), source.elementPlace(located.token())));
        reading.flags().forEach((flag, token) -> {
            Place place = source.elementPlace(token);
            ReservedFlags.flag(flag).ifPresent(finding -> add(finding, place));
            Optional<Setting> setting = Settings.ofFlag(flag);
            String name = setting.map(Setting::name).orElse(flag);
            if (written.values().containsKey(name)) {
                String rival = written.sources().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .map(found -> found.field() == null ? "the attribute " + name : "the field " + found.field())
                        .findFirst()
                        .orElse(name);
                add(Rule.SETTING_TWICE, place, "engineArgs set --" + flag + ", and so does " + rival + "; keep one");
            } else if (setting.filter(Setting::hasAttribute).isPresent()) {
                add(
                        Rule.HAS_ATTRIBUTE,
                        place,
                        "--" + flag + " in engineArgs has the attribute " + name
                                + ": written there it is checked, can sweep and" + " stands in the results; write "
                                + name + " = … instead");
            }
        });
    }

    private void env(List<String> entries, Source source) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i);
            Place place = source.elementPlace(i);
            int equals = entry.indexOf('=');
            String name = equals < 0 ? entry : entry.substring(0, equals);
            if (equals < 0 || !name.matches(VARIABLE)) {
                add(Rule.ENV_SYNTAX, place, "env: \"" + entry + "\" is no NAME=value");
            } else if (!names.add(name)) {
                add(Rule.ENV_SYNTAX, place, "env sets " + name + " twice; keep one");
            } else if (Secrets.variable(name)) {
                add(
                        Rule.SECRET,
                        place,
                        "env sets " + name
                                + ", which looks like a secret and would stand in plans, logs and results; export it"
                                + " in the shell instead, the engine inherits it");
            }
        }
    }

    private void setTwice() {
        Map<String, Source> first = new HashMap<>();
        for (Source source : written.sources()) {
            Source other = first.putIfAbsent(source.name(), source);
            if (other != null) {
                String what = other.field() == null ? "the attribute " + other.name() : "the field " + other.field();
                add(
                        Rule.SETTING_TWICE,
                        source.place(-1),
                        "the setting " + source.name() + " is set twice, here and by " + what + "; keep one");
            }
        }
    }

    private void add(Rule rule, Place place, String message) {
        problems.add(new Problem(rule, place, message));
    }

    private void add(Finding finding, Place place) {
        problems.add(finding.at(place));
    }
}
