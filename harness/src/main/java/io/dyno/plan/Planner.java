package io.dyno.plan;

import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From what was written and asked for to what will be done. */
public final class Planner {
    /** What {@code -p} and {@code -bm} may make idle without a mistake: it is left out with a note. */
    private static final Set<Rule> IDLE_AFTER_OVERRIDE =
            Set.of(Rule.LOAD_UNUSED, Rule.SLO_UNUSED, Rule.BURSTINESS_WITHOUT_RATE, Rule.DATASET_PATH_UNUSED);

    /** What the compiler has said and the user may have silenced. */
    private static final Set<Rule> SAID_BY_COMPILER =
            Set.of(Rule.UNKNOWN_FLAG, Rule.UNFAMILIAR_FLAG, Rule.SPECULATIVE_ON_RANDOM);

    private static final Set<Rule> ABOUT_UNKNOWN_FLAGS = Set.of(Rule.UNKNOWN_FLAG, Rule.UNFAMILIAR_FLAG);

    private final PlanRequest request;
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<EngineConfiguration> configurations = new ArrayList<>();
    private final List<Plan.Skipped> skipped = new ArrayList<>();

    private Planner(PlanRequest request) {
        this.request = request;
    }

    /**
     * Plans the selected benchmarks.
     *
     * @param benchmarks what was written on each, in the order in which they are to be measured
     * @throws PlanException when something is wrong, with all problems
     */
    public static Plan plan(List<BenchmarkDescriptor> benchmarks, PlanRequest request) throws PlanException {
        return new Planner(request).plan(benchmarks);
    }

    private Plan plan(List<BenchmarkDescriptor> benchmarks) throws PlanException {
        OptionRules.check(request, problems);
        List<Problem> ofParameters = new ArrayList<>();
        List<BenchmarkDescriptor> named =
                benchmarks.stream().map(this::withServedModel).toList();
        List<Overrides.Result> results = new Overrides(named, request, ofParameters).apply();
        problems.addAll(ofParameters);
        results.forEach(this::check);
        stopOnProblems();
        List<ClassPlan> classes = new ArrayList<>();
        for (Overrides.Result result : results) {
            classes.add(new ClassPlan(result, request));
        }
        classes.forEach(this::add);
        OptionRules.unused(request, results, classes, problems);
        nothingFits();
        stopOnProblems();
        return new Plan(
                configurations,
                skipped,
                List.copyOf(warnings),
                request.orderSeed(),
                request.startSeconds(),
                request.profiling());
    }

    /** A class that names no model is about whatever is served. */
    private BenchmarkDescriptor withServedModel(BenchmarkDescriptor benchmark) {
        return request.servedModel() == null || OptionRules.namesModel(benchmark)
                ? benchmark
                : benchmark.withModel(request.servedModel());
    }

    /** The rules about settings, as far as they are the command line's business. */
    private void check(Overrides.Result result) {
        String name = result.descriptor().simpleName();
        for (Problem problem : Rules.check(result.descriptor())) {
            if (request.installed() != null && ABOUT_UNKNOWN_FLAGS.contains(problem.rule())) {
                continue; // the installed vLLM has been asked
            }
            Optional<Place> option = result.option(problem.place());
            if (option.isPresent() && problem.rule() == Rule.LOAD_UNUSED) {
                continue; // another class may use it: seen when all points are known
            }
            if (option.isEmpty()
                    && (IDLE_AFTER_OVERRIDE.contains(problem.rule()) || SAID_BY_COMPILER.contains(problem.rule()))) {
                continue;
            }
            if (problem.rule().severity() == Rule.Severity.WARNING) {
                warnings.add(name + ": " + problem.message());
            } else {
                String message = option.isPresent() ? problem.message() : name + ": " + problem.message();
                problems.add(new Problem(problem.rule(), option.orElse(problem.place()), message));
            }
        }
        if (request.installed() != null) {
            unknownFlags(result);
        }
        OptionRules.model(result, problems);
        if (request.remote()) {
            OptionRules.remoteSweeps(result, problems);
        }
    }

    /** Flags that the catalogue lacks: the installed vLLM has them, or would refuse to start. */
    private void unknownFlags(Overrides.Result result) {
        String name = result.descriptor().simpleName();
        UnknownFlags.places(result).forEach((flag, place) -> {
            Optional<Finding> refused = UnknownFlags.refused(flag, request.installed());
            if (refused.isPresent()) {
                problems.add(new Finding(
                                refused.get().rule(),
                                name + ": " + refused.get().message())
                        .at(result.option(place).orElse(place)));
            } else {
                warnings.add(name + ": --" + flag + " is no flag of vLLM "
                        + FlagCatalogue.vllm().version() + "; the installed one ("
                        + request.installed().version()
                        + ") has it, so it is passed on unchecked");
            }
        });
    }

    private void add(ClassPlan plan) {
        configurations.addAll(plan.configurations());
        skipped.addAll(plan.skipped());
        warnings.addAll(plan.warnings());
        problems.addAll(plan.problems());
    }

    /** Skipping what is too large for this machine is fine as long as something is left. */
    private void nothingFits() {
        if (!configurations.isEmpty() || !problems.isEmpty()) {
            return;
        }
        Set<String> said = new HashSet<>();
        for (Plan.Skipped point : skipped) {
            if (point.rule() == Rule.GPUS_TOO_FEW && said.add(point.benchmark())) {
                problems.add(
                        new Problem(Rule.GPUS_TOO_FEW, new Place.OnClass(), point.benchmark() + " " + point.reason()));
            }
        }
    }

    private void stopOnProblems() throws PlanException {
        if (!problems.isEmpty()) {
            throw new PlanException(List.copyOf(problems));
        }
    }
}
