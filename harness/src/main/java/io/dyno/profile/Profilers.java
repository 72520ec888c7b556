package io.dyno.profile;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.plan.Suggestions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The profilers on the class path, by their short names. */
public final class Profilers {
    private final Map<String, ProfilerProvider> providers = new TreeMap<>();
    private final Map<String, String> ambiguous = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();

    private Profilers() {}

    /** Those that ServiceLoader finds. One that cannot be loaded is {@link #broken} and costs no other. */
    public static Profilers onClassPath() {
        Profilers profilers = new Profilers();
        Iterator<ProfilerProvider> found =
                ServiceLoader.load(ProfilerProvider.class).iterator();
        while (true) {
            try {
                if (!found.hasNext()) {
                    return profilers;
                }
                profilers.add(found.next());
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                String why = e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
                if (profilers.broken.contains(why)) {
                    return profilers; // the class path itself cannot be read, and would not be the next time
                }
                profilers.broken.add(why);
            }
        }
    }

    /** These and no others. */
    public static Profilers of(List<ProfilerProvider> providers) {
        Profilers profilers = new Profilers();
        providers.forEach(profilers::add);
        return profilers;
    }

    private void add(ProfilerProvider provider) {
        ProfilerProvider other = providers.putIfAbsent(provider.name(), provider);
        if (other != null) {
            ambiguous.put(
                    provider.name(),
                    "two profilers are named \"" + provider.name() + "\": "
                            + other.getClass().getName() + " and "
                            + provider.getClass().getName() + "; leave one of their jars out");
        }
    }

    /** All of them, by name. */
    public List<ProfilerProvider> all() {
        return List.copyOf(providers.values());
    }

    /** Why what a jar on the class path names as a profiler cannot be used, a line each. */
    public List<String> broken() {
        return List.copyOf(broken);
    }

    /**
     * Makes the profilers of {@code -prof name[:key=value;…]}.
     *
     * @throws ProfilerException for an unknown name or option, a profiler named twice, one that is not supported here, or a bad value
     */
    public List<Named> create(List<String> specs) throws ProfilerException {
        List<String> reasons = new ArrayList<>();
        List<Named> made = createSupported(specs, reasons::add);
        if (!reasons.isEmpty()) {
            throw new ProfilerException(reasons.get(0));
        }
        return made;
    }

    /**
     * The same for a plan, which may be made for another machine.
     *
     * @param leftOut told of each profiler that is not supported here, and so is not among those made
     * @throws ProfilerException as {@link #create(List)}, but for one that is not supported here
     */
    public List<Named> createSupported(List<String> specs, Consumer<String> leftOut) throws ProfilerException {
        Map<String, Named> made = new LinkedHashMap<>();
        List<String> asked = new ArrayList<>();
        for (String spec : specs) {
            int colon = spec.indexOf(':');
            String name = (colon < 0 ? spec : spec.substring(0, colon)).strip();
            ProfilerProvider provider = provider(name);
            if (asked.contains(name)) {
                throw new ProfilerException("profiler \"" + name + "\" is asked for twice; give its options once");
            }
            asked.add(name);
            ProfilerOptions options = ProfilerOptions.parse(provider, colon < 0 ? "" : spec.substring(colon + 1));
            Optional<String> unsupported = look(provider::unsupported);
            if (unsupported.isPresent()) {
                leftOut.accept(notSupported(name, unsupported.get()));
            } else {
                made.put(name, named(provider, options));
            }
        }
        return new ArrayList<>(made.values());
    }

    private ProfilerProvider provider(String name) throws ProfilerException {
        if (ambiguous.containsKey(name)) {
            throw new ProfilerException(ambiguous.get(name));
        }
        ProfilerProvider provider = providers.get(name);
        if (provider == null) {
            throw new ProfilerException("there is no profiler \"" + name + "\""
                    + Suggestions.didYouMean(name, providers.keySet()) + "; -lprof lists them"
                    + (broken.isEmpty() ? "" : "\n  not loaded: " + String.join("\n  not loaded: ", broken)));
        }
        return provider;
    }

    /**
     * Makes sure that profilers work with the engine that was chosen.
     *
     * @throws ProfilerException when one does not, or when it slows the engine down and the engine is not ours
     */
    public void check(List<Named> made, EngineChoice engine) throws ProfilerException {
        for (Named named : made) {
            ProfilerProvider provider = providers.get(named.name());
            Optional<String> unsupported = look(() -> provider.unsupported(engine));
            if (unsupported.isPresent()) {
                throw new ProfilerException(notSupported(named.name(), unsupported.get()));
            }
            if (engine.engine() == EngineKind.REMOTE && !named.standsBeside()) {
                throw new ProfilerException("-prof " + named.name() + " needs an engine that Dyno starts: the server at"
                        + " -url was started without it, and would be slowed down for others; leave one of them out");
            }
        }
    }

    /**
     * Why a profiler cannot work here, or with the engine that would be chosen; empty when it can.
     *
     * @param engine null when none can be chosen
     */
    public Optional<String> unsupported(ProfilerProvider provider, EngineChoice engine) {
        return Optional.ofNullable(ambiguous.get(provider.name()))
                .or(() -> look(provider::unsupported))
                .or(() -> engine == null ? Optional.empty() : look(() -> provider.unsupported(engine)));
    }

    /** A provider that cannot even tell does not work. */
    private static Optional<String> look(Supplier<Optional<String>> probe) {
        try {
            return probe.get();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("looking whether it can work failed: " + e);
        }
    }

    private static String notSupported(String name, String reason) {
        return "profiler \"" + name + "\" is not supported here: " + reason;
    }

    private static Named named(ProfilerProvider provider, ProfilerOptions options) throws ProfilerException {
        try {
            Profiler profiler = provider.create(options);
            int iterations = profiler.iterations();
            if (iterations < 1) {
                throw new ProfilerException(
                        "-prof " + provider.name() + ": iterations must be at least 1, got " + iterations);
            }
            return new Named(provider.name(), options, profiler, profiler.intrusion(), iterations);
        } catch (RuntimeException | LinkageError e) {
            throw new ProfilerException("profiler \"" + provider.name() + "\" could not be made: " + e, e);
        }
    }

    /**
     * A profiler with the name it was asked for by.
     *
     * @param name short name
     * @param options its options
     * @param profiler the profiler
     * @param intrusion what it does to the engine's speed
     * @param iterations profiled iterations of each point, at least 1; of no meaning for one that is not intrusive
     */
    public record Named(
            String name, ProfilerOptions options, Profiler profiler, Profiler.Intrusion intrusion, int iterations) {
        public Named {
            Objects.requireNonNull(intrusion, "intrusion");
        }

        /** Whether nothing of it shows in what is measured beside it. */
        public boolean standsBeside() {
            return intrusion == Profiler.Intrusion.NONE;
        }

        /** Whether it has a fork of its own for each engine configuration. */
        public boolean hasOwnFork() {
            return intrusion == Profiler.Intrusion.ALWAYS;
        }
    }
}
