package io.dyno.profile;

import io.dyno.plan.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
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
            Optional<String> unsupported = provider.unsupported();
            if (unsupported.isPresent()) {
                throw new ProfilerException("profiler \"" + name + "\" is not supported here: " + unsupported.get());
            }
            made.put(name, new Named(name, options, provider.create(options)));
        }
        return new ArrayList<>(made.values());
    }

    private static ProfilerOptions parse(ProfilerProvider provider, String text) throws ProfilerException {
        Map<String, String> values = new LinkedHashMap<>();
        for (ProfilerProvider.Option option : provider.options()) {
            values.put(option.name(), option.defaultText());
        }
        for (String part : text.split(";", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).strip();
            if (!values.containsKey(key)) {
                throw new ProfilerException("profiler \"" + provider.name() + "\" has no option \"" + key + "\""
                        + Suggestions.didYouMean(key, values.keySet()) + "; it has " + values.keySet());
            }
            if (equals < 0) {
                throw new ProfilerException(
                        "-prof " + provider.name() + ": option \"" + key + "\" needs a value: " + key + "=…");
            }
            values.put(key, part.substring(equals + 1));
        }
        return new ProfilerOptions(provider.name(), values);
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
