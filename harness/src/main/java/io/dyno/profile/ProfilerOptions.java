package io.dyno.profile;

import io.dyno.plan.Suggestions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of a profiler's options: those given, and the defaults of the rest. */
public final class ProfilerOptions {
    private final String profiler;
    private final Map<String, String> values;
    private final Map<String, List<String>> lists;

    ProfilerOptions(String profiler, Map<String, String> values, Map<String, List<String>> lists) {
        this.profiler = profiler;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.lists = Collections.unmodifiableMap(new LinkedHashMap<>(lists));
    }

    /**
     * Reads {@code key=value;key=value}, and arguments for the tool behind the profiler.
     *
     * @throws ProfilerException for an unknown option, one without a value, or one that is given twice
     */
    static ProfilerOptions parse(ProfilerProvider provider, String text) throws ProfilerException {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (ProfilerProvider.Option option : provider.options()) {
            if (option.raw()) {
                lists.put(option.name(), new ArrayList<>());
            } else {
                values.put(option.name(), option.defaultText());
            }
        }
        Set<String> given = new HashSet<>();
        for (String escaped : text.split("(?<!\\\\);", -1)) {
            String part = escaped.replace("\\;", ";").strip();
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).strip();
            if (part.startsWith("-") && !lists.isEmpty()) {
                lists.values().iterator().next().add(part);
            } else if (!part.isEmpty()) {
                String value = value(provider, key, part, values.keySet(), lists.keySet());
                if (lists.containsKey(key)) {
                    lists.get(key).add(value);
                } else if (given.add(key)) {
                    values.put(key, value);
                } else {
                    throw new ProfilerException("-prof " + provider.name() + ": option \"" + key + "\" is given twice");
                }
            }
        }
        return new ProfilerOptions(provider.name(), values, lists);
    }

    /** What stands behind {@code key=}. */
    private static String value(ProfilerProvider provider, String key, String part, Set<String> single, Set<String> raw)
            throws ProfilerException {
        Set<String> known = new LinkedHashSet<>(single);
        known.addAll(raw);
        if (!known.contains(key)) {
            throw new ProfilerException("profiler \"" + provider.name() + "\" has no option \"" + key + "\""
                    + Suggestions.didYouMean(key, known)
                    + (known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", known)));
        }
        if (part.indexOf('=') < 0) {
            throw new ProfilerException(
                    "-prof " + provider.name() + ": option \"" + key + "\" needs a value: " + key + "=…");
        }
        return part.substring(part.indexOf('=') + 1);
    }

    /** The text of an option. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("profiler " + profiler + " declares no option " + name);
        }
        return value;
    }

    /** The arguments of a {@linkplain ProfilerProvider.Option#raw raw} option, in the order given; empty when there are none. */
    public List<String> raw(String name) {
        List<String> arguments = lists.get(name);
        if (arguments == null) {
            throw new IllegalArgumentException("profiler " + profiler + " declares no raw option " + name);
        }
        return arguments;
    }

    /**
     * A whole number.
     *
     * @throws ProfilerException when it is none, or below {@code min}
     */
    public long integer(String name, long min) throws ProfilerException {
        String text = text(name);
        try {
            long value = Long.parseLong(text.strip());
            if (value >= min) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the limit
        }
        throw bad(name, "a whole number of at least " + min);
    }

    /**
     * A whole number that counts things, at most 2,147,483,647.
     *
     * @throws ProfilerException when it is none, or below {@code min}
     */
    public int count(String name, int min) throws ProfilerException {
        long value = integer(name, min);
        if (value > Integer.MAX_VALUE) {
            throw bad(name, "at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /**
     * {@code true} or {@code false}.
     *
     * @throws ProfilerException when it is neither
     */
    public boolean flag(String name) throws ProfilerException {
        return switch (text(name).strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(name, "true or false");
        };
    }

    private ProfilerException bad(String name, String wanted) {
        return new ProfilerException(
                "-prof " + profiler + ": " + name + " must be " + wanted + ", got \"" + text(name) + "\"");
    }

    /** All of them, for provenance: text, or for a raw option a list of texts. */
    public Map<String, Object> asMap() {
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.putAll(lists);
        return all;
    }
}
