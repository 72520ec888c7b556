package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.ProcessSpec;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanException;
import io.dyno.plan.Profiling;
import io.dyno.plan.Spelling;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profilers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What profilers will do to the engines of a plan, before any is started. */
final class PlannedProfilers {
    private final List<Profilers.Named> profilers;
    private final EngineChoice choice;
    private final Path folder;

    /**
     * For a run that may never be.
     *
     * @param folder where its profiles would be
     */
    PlannedProfilers(List<Profilers.Named> profilers, EngineChoice choice, Path folder) {
        this.profilers = profilers;
        this.choice = choice;
        this.folder = folder;
    }

    /** What the plan's figures have of them. */
    static List<Profiling> figures(List<Profilers.Named> profilers) {
        return profilers.stream()
                .filter(named -> !named.standsBeside())
                .map(named -> new Profiling(named.name(), named.iterations(), named.hasOwnFork()))
                .toList();
    }

    /**
     * Makes sure that no profiler sets what is set already: an engine would take one of the two, and nobody would be told.
     *
     * @throws UsageException when one does
     */
    void check(Plan plan) throws UsageException, PlanException {
        for (EngineConfiguration configuration : keepingEngines(plan)) {
            for (Profilers.Named own : withForkOfTheirOwn()) {
                check(configuration, membersOfOwnFork(profilers, own), ownFork(configuration, own));
            }
            check(configuration, membersOfScoredForks(profilers), 0);
        }
    }

    private void check(EngineConfiguration configuration, List<Profilers.Named> members, int fork)
            throws UsageException, PlanException {
        for (ProcessSpec process : EngineSpecs.of(configuration, choice).processes()) {
            Map<String, String> setters = new LinkedHashMap<>();
            flags(process.argv()).forEach(flag -> setters.put(flag, configuration.benchmark()));
            for (Dressing.Addition addition :
                    dressing(process, members, configuration, fork).additions()) {
                checkVariables(process, addition, configuration);
                String name = "-prof " + addition.profiler().name();
                for (String flag : flags(addition.arguments())) {
                    String other = setters.putIfAbsent(flag, name);
                    if (other != null) {
                        throw new UsageException(name + " sets the engine's --" + flag + ", and so does " + other
                                + ": the engine would take only one of them; leave one out");
                    }
                }
            }
        }
    }

    /**
     * What is scored runs in the environment that was asked for. In a fork of its own a profiler may need another one, which run.json tells; one
     * that contains what was there adds to it.
     */
    private static void checkVariables(
            ProcessSpec process, Dressing.Addition addition, EngineConfiguration configuration) throws UsageException {
        for (Map.Entry<String, String> variable : addition.environment().entrySet()) {
            String asked = process.env().get(variable.getKey());
            if (asked != null
                    && !variable.getValue().contains(asked)
                    && !addition.profiler().hasOwnFork()) {
                throw new UsageException("-prof " + addition.profiler().name() + " sets " + variable.getKey()
                        + " in the engine's environment, and so does " + configuration.benchmark()
                        + ", to something else; leave one out");
            }
        }
    }

    /** The flags of an argv, without dashes and spelled one way; {@code --profiler-config.profiler} sets {@code profiler-config}. */
    private static Set<String> flags(List<String> argv) {
        return argv.stream()
                .filter(token -> token.matches("--[A-Za-z].*"))
                .map(token -> Spelling.kebab(token.substring(2).split("[.=]", 2)[0]))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** An engine as it starts in the forks that are scored. */
    EngineSpec spec(EngineConfiguration configuration) throws PlanException {
        EngineSpec plain = EngineSpecs.of(configuration, choice);
        List<Profilers.Named> members = keepsEngine(configuration) ? membersOfScoredForks(profilers) : List.of();
        return plain.withProcesses(plain.processes().stream()
                .map(process -> dressing(process, members, configuration, 0).process())
                .toList());
    }

    /** Each profiler, ready for any JSON writer: what it is, the engines that it starts, what it adds to their command. */
    List<Map<String, Object>> describe(EngineConfiguration configuration, Plan plan) throws PlanException {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Profilers.Named named : keepsEngine(configuration) ? profilers : List.<Profilers.Named>of()) {
            boolean own = named.hasOwnFork();
            int fork = own ? ownFork(configuration, named) : configuration.forks() - 1;
            Map<String, Object> entry = ProfilerRecord.identity(named);
            entry.put("engineStarts", own ? 1 : 0);
            for (ProcessSpec process : EngineSpecs.of(configuration, choice).processes()) {
                List<Profilers.Named> members =
                        own ? membersOfOwnFork(profilers, named) : membersOfScoredForks(profilers);
                dressing(process, members, configuration, fork).additions().stream()
                        .filter(addition -> addition.profiler().equals(named))
                        .forEach(addition -> entry.putAll(ProfilerRecord.addition(addition)));
            }
            plan.profiling().stream()
                    .filter(profiling -> profiling.profiler().equals(named.name()))
                    .forEach(profiling ->
                            entry.put("estimateSeconds", Math.rint(plan.estimateSeconds(configuration, profiling))));
            entries.add(entry);
        }
        return entries;
    }

    /** One that fails here fails again when the engine is started, and is told then. */
    private Dressing dressing(
            ProcessSpec process, List<Profilers.Named> members, EngineConfiguration configuration, int fork) {
        EngineContext engine = new EngineContext(configuration.benchmark(), configuration, fork, 1, folder);
        return Dressing.of(process, members, engine, (named, why) -> {});
    }

    /** Forks of profilers' own count on from those that are measured and the warm-up forks. */
    private int ownFork(EngineConfiguration configuration, Profilers.Named own) {
        return configuration.forks()
                + configuration.warmupForks()
                + withForkOfTheirOwn().indexOf(own);
    }

    private List<Profilers.Named> withForkOfTheirOwn() {
        return profilers.stream().filter(named -> named.hasOwnFork()).toList();
    }

    /** Those that add something to an engine that is scored: all but the profilers that have forks of their own. */
    static List<Profilers.Named> membersOfScoredForks(List<Profilers.Named> profilers) {
        return profilers.stream().filter(named -> !named.hasOwnFork()).toList();
    }

    /** Those that add something in a profiler's own fork: it, around an engine that is otherwise as it was measured. */
    static List<Profilers.Named> membersOfOwnFork(List<Profilers.Named> profilers, Profilers.Named own) {
        return profilers.stream()
                .filter(named -> named.equals(own) || named.standsBeside())
                .toList();
    }

    private static List<EngineConfiguration> keepingEngines(Plan plan) {
        return plan.configurations().stream()
                .filter(PlannedProfilers::keepsEngine)
                .toList();
    }

    private static boolean keepsEngine(EngineConfiguration configuration) {
        return configuration.kind() != EngineConfiguration.Kind.STARTUP;
    }
}
