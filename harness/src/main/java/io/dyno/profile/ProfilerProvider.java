package io.dyno.profile;

import io.dyno.engine.EngineChoice;
import java.util.List;
import java.util.Optional;

/**
 * A kind of profiler, found through {@link java.util.ServiceLoader}: a jar on the class path with a service entry adds one. Providers need
 * a public constructor without parameters that does nothing.
 *
 * <p>On the command line: {@code -prof NAME}, {@code -prof "NAME:key=value;key=value"}, and where the profiler has a {@linkplain Option#raw raw}
 * option, arguments for the tool behind it as they are: {@code -prof "NAME:key=value;--its-own-flag=1;-x"}.
 */
public interface ProfilerProvider {
    /** The short name of {@code -prof NAME}: lower-case letters, digits and dashes. */
    String name();

    /** What it shows, for the one line of {@code -lprof}. */
    String description();

    /** The options of {@code -prof NAME:key=value;key=value}. */
    default List<Option> options() {
        return List.of();
    }

    /**
     * Looks whether it can work on this machine. Must be quick and change nothing.
     *
     * @return in one line why not, with the remedy; empty when it can
     */
    default Optional<String> unsupported() {
        return Optional.empty();
    }

    /**
     * Looks whether it can work with the engine that was chosen, such as whether a package is there for its Python. Asked when this machine
     * supports it, before any engine starts. Must be quick and change nothing.
     *
     * @return in one line why not, with the remedy; empty when it can
     */
    default Optional<String> unsupported(EngineChoice engine) {
        return Optional.empty();
    }

    /** Why it can work here, for {@code -lprof}: what was found, such as a program with its version and path. */
    default String support() {
        return "needs nothing that is not here";
    }

    /**
     * Makes a profiler for one run, before any engine starts.
     *
     * @throws ProfilerException when a value is no good
     */
    Profiler create(ProfilerOptions options) throws ProfilerException;

    /**
     * An option.
     *
     * @param name its name
     * @param defaultText the value when it is not given; empty for a raw one
     * @param help one line, with the unit
     * @param raw whether it is the list of arguments that are passed on as they are
     */
    record Option(String name, String defaultText, String help, boolean raw) {
        /** An option with one value. */
        public Option(String name, String defaultText, String help) {
            this(name, defaultText, help, false);
        }

        /**
         * A list of arguments for the tool behind the profiler, passed on as they are and in their order: each {@code name=ARGUMENT} adds one, and
         * so does every part that begins with a dash, without the name. A profiler has at most one. A semicolon within an argument is
         * written {@code \;}.
         */
        public static Option raw(String name, String help) {
            return new Option(name, "", help, true);
        }
    }
}
