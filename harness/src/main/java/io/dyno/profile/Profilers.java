package io.dyno.profile;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.plan.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The profilers on the class path, by their short names. */
public final class Profilers {
    private final Map<String, ProfilerProvider> providers;

    private Profilers(Iterable<ProfilerProvider> found) {
        this.providers = new TreeMap<>();
        for (ProfilerProvider provider : found) {
            ProfilerProvider other = providers.putIfAbsent(provider.name(), provider);
            if (other != null) {
                throw new IllegalStateException("two profilers are named \"" + provider.name() + "\": "
                        + other.getClass().getName() + " and "
                        + provider.getClass().getName());
            }
        }
    }

    /** Those that ServiceLoader finds. */
    public static Profilers onClassPath() {
        return new Profilers(ServiceLoader.load(ProfilerProvider.class));
    }

    /** These and no others. */
    public static Profilers of(List<ProfilerProvider> providers) {
        return new Profilers(providers);
    }

    /** All of them, by name. */
    public List<ProfilerProvider> all() {
        return List.copyOf(providers.values());
    }

    /**
     * Makes the profilers of {@code -prof name[:key=value;…]}.
     *
     * @throws ProfilerException for an unknown name or option, a profiler named twice, one that is not supported here, or a bad value
     */
    public List<Named> create(List<String> specs) throws ProfilerException {
        Map<String, Named> made = new LinkedHashMap<>();
        for (String spec : specs) {
            int colon = spec.indexOf(':');
            String name = (colon < 0 ? spec : spec.substring(0, colon)).strip();
            ProfilerProvider provider = providers.get(name);
            if (provider == null) {
                throw new ProfilerException("there is no profiler \"" + name + "\""
                        + Suggestions.didYouMean(name, providers.keySet()) + "; -lprof lists them");
            }
            if (made.containsKey(name)) {
                throw new ProfilerException("profiler \"" + name + "\" is asked for twice; give its options once");
            }
            ProfilerOptions options = parse(provider, colon < 0 ? "" : spec.substring(colon + 1));
            refuse(name, provider.unsupported());
            made.put(name, new Named(name, options, provider.create(options)));
        }
        return new ArrayList<>(made.values());
    }

    /**
     * Makes the profilers of {@code -prof name[:key=value;…]} for an engine.
     *
     * @throws ProfilerException as {@link #create(List)} and {@link #check}
     */
    public List<Named> create(List<String> specs, EngineChoice engine) throws ProfilerException {
        List<Named> made = create(specs);
        check(made, engine);
        return made;
    }

    /**
     * Makes sure that profilers work with the engine that was chosen.
     *
     * @throws ProfilerException when one does not, or when it slows the engine down and the engine is not ours
     */
    public void check(List<Named> made, EngineChoice engine) throws ProfilerException {
        for (Named named : made) {
            refuse(named.name(), providers.get(named.name()).unsupported(engine));
            if (engine.engine() == EngineKind.REMOTE && named.profiler().intrusion() != Profiler.Intrusion.NONE) {
                throw new ProfilerException("-prof " + named.name() + " needs an engine that Dyno starts: the server at"
                        + " -url was started without it, and would be slowed down for others; leave one of them out");
            }
        }
    }

    private static void refuse(String name, Optional<String> unsupported) throws ProfilerException {
        if (unsupported.isPresent()) {
            throw new ProfilerException("profiler \"" + name + "\" is not supported here: " + unsupported.get());
        }
    }

    private static ProfilerOptions parse(ProfilerProvider provider, String text) throws ProfilerException {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (ProfilerProvider.Option option : provider.options()) {
            if (option.raw()) {
                lists.put(option.name(), new ArrayList<>());
            } else {
                values.put(option.name(), option.defaultText());
            }
        }
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
                } else {
                    values.put(key, value);
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

    /**
     * A profiler with the name it was asked for by.
     *
     * @param name short name
     * @param options its options
     * @param profiler the profiler
     */
    public record Named(String name, ProfilerOptions options, Profiler profiler) {}
}
