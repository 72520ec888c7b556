package io.dyno.profile;

import java.util.List;
import java.util.Optional;

/**
 * A kind of profiler, found through {@link java.util.ServiceLoader}: a jar on the class path with a service entry adds one. Providers need
 * a public constructor without parameters that does nothing.
 */
public interface ProfilerProvider {
    /** The short name of {@code -prof NAME}: lower-case letters, digits and dashes. */
    String name();

    /** One line for {@code -lprof}. */
    String description();

    /** The options of {@code -prof NAME:key=value;key=value}. */
    List<Option> options();

    /**
     * Looks whether it can work on this machine. Must be quick and change nothing.
     *
     * @return why not, with the remedy; empty when it can
     */
    Optional<String> unsupported();

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
     * @param defaultText the value when it is not given
     * @param help one line, with the unit
     */
    record Option(String name, String defaultText, String help) {}
}
