package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.EngineWish;
import io.dyno.engine.Engines;
import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import io.dyno.engine.InstalledFlags;
import io.dyno.engine.VisibleDevices;
import io.dyno.engine.sim.SimOptions;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.FlagCatalogue;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import io.dyno.plan.Point;
import io.dyno.plan.Rule;
import io.dyno.plan.UnknownFlags;
import io.dyno.profile.Profilers;
import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that is decided before anything starts: which benchmarks, which engine, what will be done, which profilers.
 *
 * @param definitions the selected benchmarks
 * @param choice the engine
 * @param plan what will be done
 * @param notes what could not be found out beforehand
 * @param profilers in the order asked for
 * @param machine the simulated machine, or null when the engine is real
 * @param attachment the servers that somebody else started, or null when the engine is ours, or nothing is started
 * @param givenGpus {@code -gpus}, or null
 * @param gpuProbe knows this machine's GPUs
 */
record Preparation(
        List<BenchmarkDefinition> definitions,
        EngineChoice choice,
        Plan plan,
        List<String> notes,
        List<Profilers.Named> profilers,
        SimOptions machine,
        Attachment attachment,
        Integer givenGpus,
        GpuProbe gpuProbe) {

    /** A simulated start takes no longer, so that estimates do not promise an hour. */
    private static final double SIM_START_SECONDS = 3;

    /** What runs already is there at once. */
    private static final double ATTACH_SECONDS = 0;

    /**
     * Decides.
     *
     * @param started whether an engine will be started: if not, vLLM need not be installed, nor a profiler supported
     * @throws UsageException when what was asked for cannot be
     * @throws EngineRefusedException when no engine can be chosen
     */
    static Preparation of(Options options, boolean started) throws UsageException, EngineRefusedException {
        List<BenchmarkDefinition> definitions = Benchmarks.select(Benchmarks.onClassPath(), options);
        List<String> notes = new ArrayList<>();
        AskedProfilers asked = AskedProfilers.of(options, started, notes::add);
        List<Profilers.Named> profilers = asked.made();
        EngineChoice choice = withDevMode(
                options,
                Engines.choose(new EngineWish(
                        options.engine(),
                        options.vllm().map(Path::toString).orElse(null),
                        options.urls(),
                        options.sim().orElse(null),
                        started)));
        checkCrosscheck(options, choice);
        asked.check(choice);
        boolean attaches = choice.engine() == EngineKind.REMOTE && started;
        Attachment attachment = attaches ? Attachment.to(choice.urls()) : null;
        SimOptions machine = choice.engine() == EngineKind.SIM ? machine(options) : null;
        List<BenchmarkDescriptor> descriptors =
                definitions.stream().map(BenchmarkDefinition::descriptor).toList();
        try {
            PlanRequest.Builder request =
                    request(options, choice, machine, attachment).profiling(PlannedProfilers.figures(profilers));
            if (choice.engine() == EngineKind.VLLM && started) {
                askInstalled(choice, UnknownFlags.of(descriptors, request.build()), notes)
                        .ifPresent(request::installed);
            }
            Plan plan = Planner.plan(descriptors, request.build());
            if (plan.configurations().isEmpty()) {
                throw new UsageException("nothing is left to be measured:"
                        + plan.skipped().stream()
                                .map(s -> "\n  " + s.benchmark() + "."
                                        + s.bench().name().toLowerCase(Locale.ROOT) + ": " + s.reason())
                                .distinct()
                                .collect(Collectors.joining()));
            }
            checkDatasets(plan);
            asked.check(choice, plan);
            planned(profilers, choice, options).check(plan);
            if (started && choice.engine() == EngineKind.VLLM) { // a plan may be made for another machine
                for (EngineConfiguration configuration : plan.configurations()) {
                    LocalModel.check(configuration, System.getenv());
                }
            }
            return new Preparation(
                    definitions,
                    choice,
                    plan,
                    List.copyOf(notes),
                    profilers,
                    machine,
                    attachment == null ? null : attachment.accept(plan),
                    options.gpus().orElse(null),
                    GpuProbe.find());
        } catch (PlanException e) {
            boolean model = e.problems().stream().anyMatch(problem -> problem.rule() == Rule.MODEL_MISSING);
            throw new UsageException(
                    e.getMessage()
                            + (model && attachment != null ? "\n  " + attachment.choice() : "")
                            + notes.stream().map(note -> "\n  " + note).collect(Collectors.joining()),
                    e);
        }
    }

    /** It takes vLLM's own client, on the engine of the same vLLM that Dyno started. */
    private static void checkCrosscheck(Options options, EngineChoice choice) throws UsageException {
        if (options.crosscheckPairs().isPresent() && choice.engine() != EngineKind.VLLM) {
            throw new UsageException(
                    "-crosscheck runs `vllm bench serve` against the vLLM that Dyno started, and this engine is "
                            + choice.engine().id() + "; name a vLLM with -vllm, or leave -crosscheck out");
        }
    }

    /** Off is said, not left out: the variable may be in the environment that engines inherit. */
    private static EngineChoice withDevMode(Options options, EngineChoice choice) throws UsageException {
        if (options.devMode().isPresent() && choice.engine() == EngineKind.REMOTE) {
            throw new UsageException(
                    "-dev-mode is for engines that Dyno starts; the server at -url is as it was started");
        }
        return options.devMode().orElse(true) ? choice : choice.with(EngineSpecs.DEV_MODE, "0");
    }

    /** The installed vLLM's own flags, only where names are used that the catalogue does not have: its help takes ten seconds. */
    private static Optional<FlagCatalogue> askInstalled(EngineChoice choice, Set<String> unknown, List<String> notes)
            throws UsageException {
        if (unknown.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new InstalledFlags().read(Path.of(choice.command().get(0))));
        } catch (IOException e) {
            notes.add("vllm serve --help=all cannot be read (" + e.getMessage() + "): whether it has "
                    + unknown.stream().map(name -> "--" + name).collect(Collectors.joining(", "))
                    + " shows when it starts");
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException("interrupted while vllm serve --help=all was read", e);
        }
    }

    private static PlannedProfilers planned(List<Profilers.Named> profilers, EngineChoice choice, Options options) {
        return new PlannedProfilers(
                profilers,
                choice,
                RunDirectory.plannedProfiles(options.results(), options.run().orElse(null)));
    }

    /** What the profilers will do to the engines of the plan. */
    PlannedProfilers planned(Options options) {
        return planned(profilers, choice, options);
    }

    /** A file that is not there is found out before an engine is. */
    private static void checkDatasets(Plan plan) throws UsageException {
        for (EngineConfiguration configuration : plan.configurations()) {
            for (Point point : configuration.points()) {
                String path = point.workload() == null ? null : point.workload().datasetPath();
                if (path != null && !Files.isReadable(Path.of(path))) {
                    throw new UsageException(point.benchmark() + ": datasetPath " + path + " cannot be read (from "
                            + Path.of("").toAbsolutePath() + "); give the path of a file that is there");
                }
            }
        }
    }

    private static PlanRequest.Builder request(
            Options options, EngineChoice choice, SimOptions machine, Attachment attachment) {
        PlanRequest.Builder request = PlanRequest.builder()
                .benches(options.benches())
                .forks(options.forks().orElse(null))
                .warmupForks(options.warmupForks().orElse(null))
                .iterations(options.iterations().orElse(null))
                .warmupIterations(options.warmupIterations().orElse(null))
                .timeNanos(options.time().map(Duration::toNanos).orElse(null))
                .warmupTimeNanos(options.warmupTime().map(Duration::toNanos).orElse(null))
                .detected(detected(choice, machine));
        options.params().forEach(request::parameter);
        request.remote(choice.engine() == EngineKind.REMOTE);
        if (attachment != null) {
            request.servedModel(attachment.onlyModel().orElse(null));
        }
        options.gpus().ifPresent(n -> request.given(new PlanRequest.GivenGpus(1, n)));
        switch (choice.engine()) {
            case SIM -> request.startSeconds(SIM_START_SECONDS);
            case REMOTE -> request.startSeconds(ATTACH_SECONDS);
            case VLLM -> {} // the plan's own guess
        }
        return request;
    }

    /** GPUs that bound a benchmark; null where nobody can tell, as with vLLM's CPU build. */
    private static Integer detected(EngineChoice choice, SimOptions machine) {
        if (machine != null) {
            return machine.gpus();
        }
        return choice.gpus().isEmpty() ? null : choice.gpus().size();
    }

    private static SimOptions machine(Options options) throws UsageException {
        try {
            return SimOptions.parse(options.sim().orElse(System.getenv(SimOptions.VARIABLE)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("-sim: " + e.getMessage(), e);
        }
    }

    /**
     * GPUs that a configuration uses; null where nobody can tell, as with vLLM's CPU build, or with a server that somebody else started: then
     * nothing is said per GPU.
     */
    Integer gpus(EngineConfiguration configuration) {
        if (choice.engine() == EngineKind.REMOTE) {
            return givenGpus;
        }
        boolean known = machine != null || !choice.gpus().isEmpty();
        return known ? configuration.topology().gpus() : null;
    }

    /** Watches the GPUs of an engine of ours that is about to start; nobody does where it is simulated or runs elsewhere. */
    GpuGuard guard(EngineConfiguration configuration) {
        return choice.engine() == EngineKind.VLLM ? gpuProbe.guard(gpuUse(configuration)) : GpuGuard.NONE;
    }

    /** Which of this machine's GPUs the engines of a configuration use. */
    GpuUse gpuUse(EngineConfiguration configuration) {
        String visible = EngineSpecs.environment(configuration.settings(), choice)
                .getOrDefault(VisibleDevices.VARIABLE, System.getenv(VisibleDevices.VARIABLE));
        return new GpuUse(visible, gpus(configuration));
    }

    /** Whether the numbers come from a model, be the simulator ours or one that somebody else started. */
    boolean simulated() {
        return machine != null || (attachment != null && attachment.simulated());
    }

    /** Names of the GPUs that the engine runs on; what is simulated says so. */
    List<String> gpuNames() {
        if (machine != null) {
            return List.of("simulated " + machine.gpu());
        }
        return choice.gpus().stream()
                .map(GpuProbe.Gpu::name)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** The definition of a benchmark of the plan. */
    BenchmarkDefinition definition(String benchmark) {
        return definitions.stream()
                .filter(d -> d.descriptor().benchmark().equals(benchmark))
                .findFirst()
                .orElseThrow();
    }
}
