package io.dyno.plan;

import io.dyno.Bench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A benchmark as {@code -l} and {@code -lp} list it.
 *
 * @param benchmark the class's name
 * @param benches what is measured, with parameters
 * @param engineStarts engines that its forks start
 * @param estimateSeconds expected time, s
 */
public record Listing(String benchmark, List<Grid> benches, int engineStarts, double estimateSeconds) {
    public Listing {
        benches = List.copyOf(benches);
    }

    /**
     * One bench of a benchmark.
     *
     * @param bench what is measured
     * @param params the values of each parameter, in the plan's order
     * @param points how many points are measured; fewer than the product of the values where some are dropped or skipped
     */
    public record Grid(Bench bench, Map<String, List<String>> params, int points) {}

    /** The listing of a plan, in its order. Skipped points are not in it. */
    public static List<Listing> of(Plan plan) {
        Map<String, List<EngineConfiguration>> benchmarks = new LinkedHashMap<>();
        for (EngineConfiguration configuration : plan.configurations()) {
            benchmarks
                    .computeIfAbsent(configuration.benchmark(), name -> new ArrayList<>())
                    .add(configuration);
        }
        List<Listing> listings = new ArrayList<>();
        benchmarks.forEach((benchmark, configurations) -> listings.add(new Listing(
                benchmark,
                grids(configurations),
                configurations.stream().mapToInt(plan::engineStarts).sum(),
                configurations.stream().mapToDouble(plan::estimateSeconds).sum())));
        return listings;
    }

    private static List<Grid> grids(List<EngineConfiguration> configurations) {
        Map<Bench, List<Point>> benches = new LinkedHashMap<>();
        for (EngineConfiguration configuration : configurations) {
            for (Point point : configuration.points()) {
                benches.computeIfAbsent(point.bench(), bench -> new ArrayList<>())
                        .add(point);
            }
        }
        List<Grid> grids = new ArrayList<>();
        benches.forEach((bench, points) -> grids.add(new Grid(bench, params(points), points.size())));
        return grids;
    }

    private static Map<String, List<String>> params(List<Point> points) {
        Map<String, Set<String>> values = new LinkedHashMap<>();
        points.forEach(point -> point.params()
                .forEach((name, text) -> values.computeIfAbsent(name, key -> new LinkedHashSet<>())
                        .add(text)));
        Map<String, List<String>> params = new LinkedHashMap<>();
        values.forEach((name, texts) -> params.put(name, List.copyOf(texts)));
        return params;
    }
}
