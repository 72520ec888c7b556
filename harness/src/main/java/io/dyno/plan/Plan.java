package io.dyno.plan;

import io.dyno.Bench;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What will be done.
 *
 * @param configurations engine configurations in the order in which they are measured
 * @param skipped points that were asked for and cannot be measured here; they are no failure
 * @param warnings doubts about what will be measured, one line each
 * @param orderSeed seed of the order of points within forks
 * @param startSeconds expected time to a ready engine, s
 * @param profiling what intrusive profilers will do besides
 */
public record Plan(
        List<EngineConfiguration> configurations,
        List<Skipped> skipped,
        List<String> warnings,
        long orderSeed,
        double startSeconds,
        List<Profiling> profiling) {

    public Plan {
        configurations = List.copyOf(configurations);
        skipped = List.copyOf(skipped);
        warnings = List.copyOf(warnings);
        profiling = List.copyOf(profiling);
    }

    /**
     * A point that is left out.
     *
     * @param point the point as it would have been
     * @param reason why, in one sentence
     * @param rule the rule that its settings break, or null when this engine cannot do the bench
     */
    public record Skipped(Point point, String reason, Rule rule) {
        /** The benchmark. */
        public String benchmark() {
            return point.benchmark();
        }

        /** The bench. */
        public Bench bench() {
            return point.bench();
        }

        /** Its parameters. */
        public Map<String, String> params() {
            return point.params();
        }
    }

    /** Points that are measured, in all configurations. */
    public int points() {
        return configurations.stream().mapToInt(c -> c.points().size()).sum();
    }

    /** What was left out or is doubted in points, each note once for a benchmark and bench: {@code ChatCapacity.serve: …}. */
    public List<String> notes() {
        return configurations.stream()
                .flatMap(configuration -> configuration.points().stream())
                .flatMap(point -> point.notes().stream().map(note -> title(point) + ": " + note))
                .distinct()
                .toList();
    }

    private static String title(Point point) {
        String simpleName = point.benchmark().substring(point.benchmark().lastIndexOf('.') + 1);
        return simpleName + "." + point.bench().name().toLowerCase(Locale.ROOT);
    }

    /** How many engines will be started: warm-up and measured forks, those of profilers, and two for each iteration of STARTUP. */
    public int engineStarts() {
        return configurations.stream().mapToInt(this::engineStarts).sum();
    }

    /** Warm-up and measured forks of all configurations. */
    public int forks() {
        return configurations.stream()
                .mapToInt(configuration -> configuration.forks() + configuration.warmupForks())
                .sum();
    }

    /** Expected time of the whole, s. */
    public double estimateSeconds() {
        return configurations.stream().mapToDouble(this::estimateSeconds).sum();
    }

    /** Expected time of one configuration with all its forks and profiled iterations, s. */
    public double estimateSeconds(EngineConfiguration configuration) {
        return Estimate.seconds(configuration, startSeconds)
                + profiling.stream()
                        .mapToDouble(profiler -> estimateSeconds(configuration, profiler))
                        .sum();
    }

    /** Expected time of what one profiler does to one configuration, s; 0 for STARTUP, which keeps no engine. */
    public double estimateSeconds(EngineConfiguration configuration, Profiling profiler) {
        return Estimate.profiledSeconds(configuration, profiler, startSeconds);
    }

    int engineStarts(EngineConfiguration configuration) {
        int forks = configuration.forks() + configuration.warmupForks();
        if (configuration.kind() != EngineConfiguration.Kind.STARTUP) {
            return forks + (int) profiling.stream().filter(Profiling::ownFork).count();
        }
        int iterations = configuration.points().stream()
                .mapToInt(point -> point.measurement().count())
                .sum();
        return forks * iterations * 2;
    }

    /**
     * The order of a configuration's points in one fork: shuffled by the plan's seed, the same in every run.
     *
     * @param fork the fork, from 0; warm-up forks count on from the measured ones
     */
    public List<Point> order(EngineConfiguration configuration, int fork) {
        List<Point> points = new ArrayList<>(configuration.points());
        RandomStream random = RandomStream.of(orderSeed, "order", configuration.id(), Integer.toString(fork));
        for (int i = points.size() - 1; i > 0; i--) {
            Collections.swap(points, i, random.nextInt(i + 1));
        }
        return List.copyOf(points);
    }
}
