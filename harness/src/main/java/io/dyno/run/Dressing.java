package io.dyno.run;

import io.dyno.engine.ProcessSpec;
import io.dyno.engine.Redaction;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profilers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process of an engine with what profilers add to its command and put around it: first the arguments and environment of all, in order, then the
 * wrappers, so that each wraps the whole command.
 *
 * @param process as it starts
 * @param additions what each profiler did, in order; one that failed before it did anything is not among them
 */
record Dressing(ProcessSpec process, List<Addition> additions) {
    /**
     * What one profiler did.
     *
     * @param arguments added to the engine's
     * @param environment added to the engine's
     * @param wrapper what it put before the command; all of the command where that is not as it was
     */
    record Addition(
            Profilers.Named profiler, List<String> arguments, Map<String, String> environment, List<String> wrapper) {
        boolean isNothing() {
            return arguments.isEmpty() && environment.isEmpty() && wrapper.isEmpty();
        }

        /** All of it, as a person reads a command; without secrets. */
        List<String> words() {
            List<String> words = new ArrayList<>();
            Redaction.environment(environment).forEach((name, value) -> words.add(name + "=" + value));
            words.addAll(Redaction.argv(wrapper));
            words.addAll(Redaction.argv(arguments));
            return words;
        }
    }

    /** Told of a profiler that failed. */
    interface Trouble {
        void of(Profilers.Named profiler, Throwable why);
    }

    static Dressing of(ProcessSpec plain, List<Profilers.Named> profilers, EngineContext engine, Trouble trouble) {
        Map<Profilers.Named, Addition> additions = new LinkedHashMap<>();
        List<String> argv = new ArrayList<>(plain.argv());
        Map<String, String> env = new TreeMap<>(plain.env());
        for (Profilers.Named named : profilers) {
            try {
                List<String> arguments = List.copyOf(named.profiler().engineArguments(engine));
                Map<String, String> more = new TreeMap<>(named.profiler().environment(engine));
                argv.addAll(arguments);
                env.putAll(more);
                additions.put(named, new Addition(named, arguments, more, List.of()));
            } catch (Exception | LinkageError | AssertionError e) {
                trouble.of(named, e);
            }
        }
        ProcessSpec dressed = new ProcessSpec(plain.node(), plain.role(), argv, env);
        for (Addition addition : List.copyOf(additions.values())) {
            Profilers.Named named = addition.profiler;
            try {
                ProcessSpec wrapped = named.profiler().wrap(dressed, engine);
                Map<String, String> more = new TreeMap<>(addition.environment);
                more.putAll(added(dressed.env(), wrapped.env()));
                List<String> wrapper = wrapper(dressed.argv(), wrapped.argv());
                additions.put(named, new Addition(named, addition.arguments, more, wrapper));
                dressed = wrapped;
            } catch (Exception | LinkageError | AssertionError e) {
                trouble.of(named, e); // its arguments stay, and stay listed
            }
        }
        return new Dressing(dressed, List.copyOf(additions.values()));
    }

    private static Map<String, String> added(Map<String, String> before, Map<String, String> after) {
        Map<String, String> added = new TreeMap<>(after);
        added.entrySet().removeAll(before.entrySet());
        return added;
    }

    private static List<String> wrapper(List<String> plain, List<String> wrapped) {
        int before = wrapped.size() - plain.size();
        boolean prefix = before >= 0 && wrapped.subList(before, wrapped.size()).equals(plain);
        return prefix ? List.copyOf(wrapped.subList(0, before)) : List.copyOf(wrapped);
    }
}
