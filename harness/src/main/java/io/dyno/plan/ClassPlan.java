package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.plan.EngineConfiguration.Kind;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Level;

/** The plan of one class: its grid, cut into engine configurations. */
final class ClassPlan {
    private static final String PREFIX_CACHING = "enablePrefixCaching";
    private static final String NO_REMOTE = "a remote engine is a server, and %s needs processes of its own";

    private final BenchmarkDescriptor written;
    private final PlanRequest request;
    private final List<Axis> axes;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Point> points = new LinkedHashMap<>();
    private final List<Plan.Skipped> skipped = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Points that share an engine. */
    private record Group(
            Kind kind, Map<String, String> params, SettingValues settings, Topology topology, List<Point> points) {}

    ClassPlan(Overrides.Result result, PlanRequest request) {
        this.written = result.descriptor();
        this.request = request;
        this.axes = Axis.of(result);
        List<Bench> benches = written.benches().isEmpty() ? Defaults.BENCHES : written.benches();
        benches.forEach(this::add);
        mistakes();
        remoteForks();
    }

    List<Problem> problems() {
        return problems;
    }

    Set<String> warnings() {
        return warnings;
    }

    List<Plan.Skipped> skipped() {
        return skipped;
    }

    /** All points, also those that are skipped. */
    Collection<Point> points() {
        return points.values();
    }

    List<EngineConfiguration> configurations() {
        List<EngineConfiguration> configurations = new ArrayList<>();
        groups.forEach((id, group) -> configurations.add(new EngineConfiguration(
                id,
                written.benchmark(),
                group.kind(),
                group.params(),
                group.settings(),
                group.topology(),
                request.remote() ? 1 : first(request.forks(), written.forks(), Defaults.FORKS),
                request.remote() ? 0 : first(request.warmupForks(), written.warmupForks(), Defaults.WARMUP_FORKS),
                group.points())));
        return configurations;
    }

    private void add(Bench bench) {
        List<Axis> used = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        for (Axis axis : axes) {
            boolean uses = axis.setting() == null
                    ? bench != Bench.STARTUP
                    : axis.setting().usedBy(bench);
            if (uses) {
                used.add(axis);
            } else {
                dropped.add(axis.name() + " is left out: " + bench + " does not use it");
            }
        }
        for (Axis.Combination combination : Axis.grid(used)) {
            add(bench, combination, dropped);
        }
    }

    private void add(Bench bench, Axis.Combination combination, List<String> dropped) {
        Map<String, Object> chosen = new LinkedHashMap<>();
        combination.choices().forEach((axis, choice) -> {
            if (axis.engine() && choice.value() != null) {
                chosen.put(axis.setting().name(), choice.value());
            }
        });
        List<String> notes = new ArrayList<>(dropped);
        if (bench == Bench.LATENCY && axes.stream().noneMatch(ClassPlan::isPrefixCaching)) {
            chosen.put(PREFIX_CACHING, false);
            notes.add(PREFIX_CACHING
                    + " = false, as vllm bench latency has it: every prefill is whole; write the setting to choose");
        }
        Placement placement = Placement.of(chosen, request);
        Map<String, Object> engine = inOrder(chosen);
        Point point = PointFactory.make(written, bench, request, combination, engine, notes);
        if (points.putIfAbsent(point.id(), point) != null) {
            return;
        }
        Optional<Finding> refusal = refusal(bench, point, placement);
        if (refusal.isPresent()) {
            skipped.add(new Plan.Skipped(
                    point, refusal.get().message(), refusal.get().rule()));
            return;
        }
        if (placement.note() != null) {
            warnings.add(written.simpleName() + ": " + placement.note());
        }
        iterationLevel(bench, point);
        Kind kind = kind(bench);
        Map<String, String> params = new LinkedHashMap<>();
        combination.choices().keySet().stream()
                .filter(Axis::engine)
                .map(Axis::name)
                .filter(point.params()::containsKey)
                .forEach(name -> params.put(name, point.params().get(name)));
        Fingerprint fingerprint = new Fingerprint().add(written.benchmark()).add(kind);
        engine.forEach((name, value) -> fingerprint.add(name).add(value));
        groups.computeIfAbsent(
                        fingerprint.id(),
                        id -> new Group(
                                kind, params, new SettingValues(engine), placement.topology(), new ArrayList<>()))
                .points()
                .add(point);
    }

    private static boolean isPrefixCaching(Axis axis) {
        return axis.setting() != null && axis.setting().name().equals(PREFIX_CACHING);
    }

    private Optional<Finding> refusal(Bench bench, Point point, Placement placement) {
        if (request.remote() && bench != Bench.SERVE) {
            return Optional.of(new Finding(null, NO_REMOTE.formatted(bench)));
        }
        for (Relation relation : Relation.of(List.of(bench))) {
            Optional<String> reason = relation.refuses(point.settings().asMap());
            if (reason.isPresent()) {
                return Optional.of(new Finding(relation.rule(), reason.get()));
            }
        }
        return Optional.ofNullable(placement.refusal());
    }

    /** Engine settings in the catalogue's order, then flags in the order chosen: dp may have come last. */
    private static Map<String, Object> inOrder(Map<String, Object> chosen) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (Setting setting : Settings.all()) {
            if (chosen.containsKey(setting.name())) {
                ordered.put(setting.name(), chosen.get(setting.name()));
            }
        }
        chosen.forEach(ordered::putIfAbsent);
        return ordered;
    }

    private static Kind kind(Bench bench) {
        return switch (bench) {
            case SERVE -> Kind.SERVER;
            case THROUGHPUT, LATENCY -> Kind.WORKER;
            case STARTUP -> Kind.STARTUP;
        };
    }

    /** A class of which nothing is left because of its settings, not because of this machine, is a mistake. */
    private void mistakes() {
        if (!groups.isEmpty()) {
            return;
        }
        Set<Finding> findings = new LinkedHashSet<>();
        skipped.forEach(point -> findings.add(new Finding(point.rule(), point.reason())));
        boolean machine =
                findings.stream().anyMatch(finding -> finding.rule() == null || finding.rule() == Rule.GPUS_TOO_FEW);
        if (!machine) {
            findings.forEach(finding -> problems.add(
                    new Problem(finding.rule(), new Place.OnClass(), written.simpleName() + ": " + finding.message())));
        }
    }

    private void iterationLevel(Bench bench, Point point) {
        boolean iteration = written.setups().contains(Level.Iteration)
                || written.tearDowns().contains(Level.Iteration);
        if (bench == Bench.SERVE && !point.drained() && iteration && problems.isEmpty()) {
            problems.add(new Problem(
                    Rule.LEVEL_ITERATION,
                    new Place.OnClass(),
                    written.simpleName()
                            + " has methods of Level.Iteration, and the windows of a continuous load have no pause"
                            + " between them; use drained=true or Level.Trial"));
        }
    }

    private void remoteForks() {
        boolean several = written.forks() != null && written.forks() > 1;
        if (request.remote() && several && !groups.isEmpty()) {
            warnings.add(written.simpleName() + ": one fork in place of " + written.forks()
                    + ", and no error between engines: a remote engine is not started afresh");
        }
    }

    private static int first(Integer option, Integer annotation, int otherwise) {
        if (option != null) {
            return option;
        }
        return annotation == null ? otherwise : annotation;
    }
}
