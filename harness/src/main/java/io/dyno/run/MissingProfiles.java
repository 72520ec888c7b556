package io.dyno.run;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.Point;
import io.dyno.profile.Profilers;
import io.dyno.result.PointResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was to be profiled and is not: there was no engine for it, or the run ended before. */
final class MissingProfiles {
    private MissingProfiles() {}

    /**
     * A line for each profiler.
     *
     * @param profiles what was profiled, or failed to be
     */
    static List<String> of(Plan plan, List<Profilers.Named> profilers, List<PointResult> profiles) {
        List<String> lines = new ArrayList<>();
        for (Profilers.Named profiler : profilers) {
            List<Point> missing = profiler.standsBeside() ? List.of() : missing(plan, profiler.name(), profiles);
            if (!missing.isEmpty()) {
                String first = name(missing.get(0));
                lines.add("not profiled by " + profiler.name() + ": "
                        + (missing.size() == 1 ? first : missing.size() + " points, the first of them " + first));
            }
        }
        return lines;
    }

    private static List<Point> missing(Plan plan, String profiler, List<PointResult> profiles) {
        List<String> there = profiles.stream()
                .filter(profile -> profile.profile().profiler().equals(profiler))
                .map(PointResult::point)
                .toList();
        return plan.configurations().stream()
                .filter(configuration -> configuration.kind() != EngineConfiguration.Kind.STARTUP)
                .flatMap(configuration -> configuration.points().stream())
                .filter(point -> !there.contains(point.id()))
                .toList();
    }

    private static String name(Point point) {
        StringBuilder name = new StringBuilder(point.benchmark());
        name.append('.').append(point.bench().name().toLowerCase(Locale.ROOT));
        point.params()
                .forEach((param, value) ->
                        name.append("  ").append(param).append('=').append(value));
        return name.toString();
    }
}
