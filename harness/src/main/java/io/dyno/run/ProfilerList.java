package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.EngineWish;
import io.dyno.engine.Engines;
import io.dyno.profile.ProfilerProvider;
import io.dyno.profile.Profilers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The text of {@code -lprof}: a line for each profiler, supported here or not and why; its options below. */
final class ProfilerList {
    private ProfilerList() {}

    /** With what the options say of the engine, such as {@code -vllm}, since some profilers need something of it. */
    static String of(Profilers profilers, Options options) {
        StringBuilder text = new StringBuilder();
        Optional<EngineChoice> engine = engine(options, text);
        for (ProfilerProvider provider : profilers.all()) {
            try {
                text.append(of(provider, profilers.unsupported(provider, engine.orElse(null))));
            } catch (RuntimeException | LinkageError e) {
                text.append(line(provider, "NOT SUPPORTED", "it cannot describe itself", e.toString()));
            }
        }
        profilers
                .broken()
                .forEach(why -> text.append("not loaded: ").append(oneLine(why)).append('\n'));
        return text.toString();
    }

    private static String of(ProfilerProvider provider, Optional<String> not) {
        StringBuilder text = new StringBuilder();
        text.append(line(
                provider,
                not.isPresent() ? "NOT SUPPORTED" : "supported",
                provider.description(),
                not.orElseGet(provider::support)));
        for (ProfilerProvider.Option option : provider.options()) {
            text.append(String.format(
                    Locale.ROOT,
                    "           %s=%s  %s\n",
                    option.name(),
                    option.raw() ? "…" : option.defaultText(),
                    oneLine(option.help())));
        }
        return text.toString();
    }

    private static String line(ProfilerProvider provider, String supported, String description, String why) {
        return String.format(
                Locale.ROOT, "%-10s %-13s  %s  (%s)\n", provider.name(), supported, oneLine(description), oneLine(why));
    }

    /** The engine that would be chosen; where none can be, that is told, and the list says what this machine has. */
    private static Optional<EngineChoice> engine(Options options, StringBuilder text) {
        try {
            return Optional.of(Engines.choose(new EngineWish(
                    options.engine(),
                    options.vllm().map(Path::toString).orElse(null),
                    options.urls(),
                    options.sim().orElse(null),
                    true)));
        } catch (EngineRefusedException e) {
            text.append("no engine, so this is of the machine alone: ")
                    .append(oneLine(e.getMessage()))
                    .append('\n');
            return Optional.empty();
        }
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
