package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDescriptor.Iterations;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rules about settings and their values, called by the annotation processor and the command line alike. */
public final class Rules {
    private final BenchmarkDescriptor written;
    private final List<Bench> benches;
    private final List<Problem> problems = new ArrayList<>();

    private Rules(BenchmarkDescriptor written) {
        this.written = written;
        this.benches = written.benches().isEmpty() ? Defaults.BENCHES : written.benches();
    }

    /**
     * All that is wrong or doubtful about what was written: codes 1xx.
     *
     * @return problems in a stable order: settings as written, fields, relations between settings, other attributes; empty when there are
     *     none
     */
    public static List<Problem> check(BenchmarkDescriptor written) {
        Rules rules = new Rules(written);
        Written view = Written.of(written);
        ValueRules.check(view, rules.problems);
        RelationRules.check(view, rules.problems);
        rules.slo();
        rules.counts();
        return List.copyOf(rules.problems);
    }

    private void slo() {
        SloLimits slo = written.slo();
        if (slo == null) {
            return;
        }
        Map<String, Double> limits = new LinkedHashMap<>();
        limits.put("ttftMillis", slo.ttftMillis());
        limits.put("tpotMillis", slo.tpotMillis());
        limits.put("e2elMillis", slo.e2elMillis());
        if (limits.values().stream().allMatch(Objects::isNull)) {
            add(
                    Rule.SLO_WITHOUT_LIMIT,
                    new Place.OnAttribute("Slo", ""),
                    "@Slo without a limit is met by every request; give ttftMillis, tpotMillis or e2elMillis");
        }
        limits.forEach((attribute, limit) -> {
            if (limit != null && !(limit > 0 && Double.isFinite(limit))) {
                add(
                        Rule.SLO_RANGE,
                        new Place.OnAttribute("Slo", attribute),
                        attribute + " = " + limit + ": a limit is a number of ms greater than 0");
            }
        });
        if (!(slo.attainment() > 0 && slo.attainment() <= 1)) {
            add(
                    Rule.SLO_RANGE,
                    new Place.OnAttribute("Slo", "attainment"),
                    "attainment = " + slo.attainment() + ": it is a share in (0, 1]; 99 % is 0.99");
        }
        if (!benches.contains(Bench.SERVE)) {
            add(
                    Rule.SLO_UNUSED,
                    new Place.OnAttribute("Slo", ""),
                    "@Slo is about requests of SERVE, and this class measures " + Written.names(benches)
                            + "; remove it, or add SERVE");
        }
    }

    private void counts() {
        if (new HashSet<>(benches).size() < benches.size()) {
            add(
                    Rule.BENCH_TWICE,
                    new Place.OnAttribute("VllmBenchmark", "bench"),
                    "bench = " + Written.names(benches) + " has one of them twice; keep one");
        }
        atLeast(Rule.FORKS_RANGE, "Fork", "value", written.forks(), 1);
        atLeast(Rule.FORKS_RANGE, "Fork", "warmups", written.warmupForks(), 0);
        iterations("Warmup", written.warmup(), 0);
        iterations("Measurement", written.measurement(), 1);
    }

    private void iterations(String annotation, Iterations iterations, int least) {
        if (iterations == null) {
            return;
        }
        atLeast(Rule.ITERATIONS_RANGE, annotation, "iterations", iterations.iterations(), least);
        if (iterations.timeNanos() != null && iterations.timeNanos() <= 0) {
            add(
                    Rule.TIME_RANGE,
                    new Place.OnAttribute(annotation, "time"),
                    "@" + annotation
                            + "(time) must be greater than 0; to measure by count, leave it out and set numPrompts");
        }
    }

    private void atLeast(Rule rule, String annotation, String attribute, Integer count, int least) {
        if (count != null && count < least) {
            add(
                    rule,
                    new Place.OnAttribute(annotation, attribute),
                    "@" + annotation + "(" + attribute + " = " + count + ") must be at least " + least);
        }
    }

    private void add(Rule rule, Place place, String message) {
        problems.add(new Problem(rule, place, message));
    }
}
