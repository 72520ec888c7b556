package io.dyno.plan;

import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Rules about the command line: codes 3xx. */
final class OptionRules {
    private OptionRules() {}

    /** Options by themselves. */
    static void check(PlanRequest request, Collection<Problem> problems) {
        atLeast("-f", request.forks(), 1, problems);
        atLeast("-wf", request.warmupForks(), 0, problems);
        atLeast("-i", request.iterations(), 1, problems);
        atLeast("-wi", request.warmupIterations(), 0, problems);
        positive("-r", request.timeNanos(), problems);
        positive("-w", request.warmupTimeNanos(), problems);
        request.given().ifPresent(given -> {
            atLeast("-nodes", given.nodes(), 1, problems);
            String option = given.nodes() > 1 ? "-gpus-per-node" : "-gpus";
            atLeast(option, given.gpusPerNode(), 1, problems);
            if (given.nodes() == 1 && request.detected() != null && given.gpusPerNode() > request.detected()) {
                problems.add(new Problem(
                        Rule.GPUS_TOO_FEW,
                        new Place.OnOption(option),
                        option + " " + given.gpusPerNode() + " is more than this machine has: " + request.detected()
                                + "; give at most these"));
            }
        });
        boolean forks = request.forks() != null && request.forks() > 1;
        boolean warmups = request.warmupForks() != null && request.warmupForks() > 0;
        if (request.remote() && (forks || warmups)) {
            String option = forks ? "-f" : "-wf";
            problems.add(new Problem(
                    Rule.REMOTE_FORKS,
                    new Place.OnOption(option),
                    option
                            + " asks for more engines, and a remote engine is never started afresh: there is one fork; leave "
                            + option + " out"));
        }
    }

    /** A class has a model by now. */
    static void model(Overrides.Result result, Collection<Problem> problems) {
        if (!namesModel(result.descriptor())) {
            problems.add(new Problem(
                    Rule.MODEL_MISSING,
                    new Place.OnClass(),
                    result.descriptor().simpleName() + " names no model; give one with -p model=…"));
        }
    }

    static boolean namesModel(BenchmarkDescriptor benchmark) {
        return benchmark.params().stream().anyMatch(param -> "model".equals(param.setting()))
                || benchmark.settings().stream()
                        .anyMatch(setting -> setting.name().equals("model"));
    }

    /** A remote engine's settings do not sweep. */
    static void remoteSweeps(Overrides.Result result, Collection<Problem> problems) {
        for (Source source : Source.of(result.descriptor())) {
            if (source.setting().engine() && source.texts().size() > 1) {
                problems.add(new Problem(
                        Rule.REMOTE_SWEEP,
                        result.option(source.place(-1)).orElse(source.place(-1)),
                        result.descriptor().simpleName() + ": " + source.title() + " sweeps over "
                                + String.join(", ", source.texts())
                                + ", and a remote engine runs as it was started; give one value, as -p " + source.name()
                                + "="
                                + source.texts().get(0)));
            }
        }
    }

    /** A load setting that {@code -p} names is used by a point, on whatever engine. */
    static void unused(
            PlanRequest request,
            List<Overrides.Result> results,
            List<ClassPlan> classes,
            Collection<Problem> problems) {
        List<Point> points = new ArrayList<>();
        classes.forEach(plan -> points.addAll(plan.points()));
        for (String name : request.parameters().keySet()) {
            Optional<String> setting = results.stream()
                    .map(result -> result.loadSetting(name))
                    .flatMap(Optional::stream)
                    .findFirst();
            boolean timed = setting.filter("numPrompts"::equals).isPresent() && request.timeNanos() != null;
            boolean used = setting.isEmpty()
                    || timed
                    || points.stream()
                            .anyMatch(
                                    point -> point.settings().get(setting.get()).isPresent());
            if (!used) {
                problems.add(new Problem(
                        Rule.PARAMETER_UNUSED,
                        new Place.OnOption("-p " + name),
                        "-p " + name + ": no point of the selected benchmarks uses " + setting.get()
                                + "; docs/settings.md says which benches, loads and datasets do"));
            }
        }
    }

    private static void atLeast(String option, Integer value, int least, Collection<Problem> problems) {
        if (value != null && value < least) {
            problems.add(new Problem(
                    Rule.OPTION_RANGE,
                    new Place.OnOption(option),
                    option + " " + value + " must be at least " + least));
        }
    }

    private static void positive(String option, Long nanos, Collection<Problem> problems) {
        if (nanos != null && nanos <= 0) {
            problems.add(new Problem(Rule.OPTION_RANGE, new Place.OnOption(option), option + " must be longer than 0"));
        }
    }
}
