package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpecs;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.Profilers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The profilers that were asked for: made, and held against the engine, before anything starts. */
final class AskedProfilers {
    private final Profilers known;
    private final List<Profilers.Named> made;
    private final boolean started;

    private AskedProfilers(Profilers known, List<Profilers.Named> made, boolean started) {
        this.known = known;
        this.made = made;
        this.started = started;
    }

    /**
     * Makes them; of a plan only those that work here, for it may be made for another machine.
     *
     * @param started whether an engine will be started
     * @param leftOut told of each that does not work here
     */
    static AskedProfilers of(Options options, boolean started, Consumer<String> leftOut) throws UsageException {
        Profilers known = Profilers.onClassPath();
        try {
            List<Profilers.Named> made =
                    started ? known.create(options.profilers()) : known.createSupported(options.profilers(), leftOut);
            return new AskedProfilers(known, made, started);
        } catch (ProfilerException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    List<Profilers.Named> made() {
        return made;
    }

    /** Whether they work with an engine about which nothing more is to be known. */
    void check(EngineChoice choice) throws UsageException {
        if (choice.engine() != EngineKind.VLLM) {
            checkOne(choice);
        }
    }

    /** Whether they work with the installed vLLM, in each environment in which its engines will run. A plan asks no vLLM. */
    void check(EngineChoice choice, Plan plan) throws UsageException {
        if (choice.engine() == EngineKind.VLLM && started) {
            Set<EngineChoice> inEnvironment = new LinkedHashSet<>();
            for (EngineConfiguration configuration : plan.configurations()) {
                EngineChoice one = choice;
                for (Map.Entry<String, String> variable : EngineSpecs.environment(configuration.settings(), choice)
                        .entrySet()) {
                    one = one.with(variable.getKey(), variable.getValue());
                }
                inEnvironment.add(one);
            }
            for (EngineChoice one : inEnvironment) {
                checkOne(one);
            }
        }
    }

    private void checkOne(EngineChoice choice) throws UsageException {
        try {
            known.check(made, choice);
        } catch (ProfilerException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
