package io.dyno.stats;

import io.dyno.metrics.Percentile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Alternating pairs of the same load from two clients. What they say of the engine can be compared only when both had the same work done:
 * tokens come first.
 *
 * @param requests how many each run was to send
 * @param dyno Dyno's runs, one a pair
 * @param vllm those of {@code vllm bench serve}, in the same order
 */
public record ClientComparison(int requests, List<ClientRun> dyno, List<ClientRun> vllm) {
    public ClientComparison {
        dyno = List.copyOf(dyno);
        vllm = List.copyOf(vllm);
        if (dyno.size() != vllm.size() || dyno.isEmpty()) {
            throw new IllegalArgumentException("pairs have two sides, got " + dyno.size() + " and " + vllm.size());
        }
    }

    /**
     * One figure.
     *
     * @param figure which
     * @param dyno median of Dyno's runs
     * @param vllm median of vLLM's
     * @param ratio Dyno's median divided by vLLM's, null when that is 0
     * @param lowestPair the smallest ratio of one pair; null with the ratio
     * @param highestPair the largest
     */
    public record Row(
            ClientFigure figure, double dyno, double vllm, Double ratio, Double lowestPair, Double highestPair) {}

    /** Why the figures must not be compared; empty when they may. */
    public Optional<String> difference() {
        for (int i = 0; i < dyno.size(); i++) {
            ClientRun ours = dyno.get(i);
            ClientRun theirs = vllm.get(i);
            List<String> what = new ArrayList<>();
            if (ours.completed() != requests || theirs.completed() != requests) {
                what.add("of " + requests + " requests dyno completed " + ours.completed() + " and vllm bench serve "
                        + theirs.completed());
            }
            differ(what, "input tokens", ours.inputTokens(), theirs.inputTokens());
            differ(what, "output tokens", ours.outputTokens(), theirs.outputTokens());
            if (!what.isEmpty()) {
                return Optional.of("pair " + (i + 1) + ": " + String.join(", ", what));
            }
        }
        return Optional.empty();
    }

    /** The figures that every run of both has, in order. */
    public List<Row> rows() {
        return Arrays.stream(ClientFigure.values())
                .flatMap(f -> row(f).stream())
                .toList();
    }

    private Optional<Row> row(ClientFigure figure) {
        List<Double> ours = dyno.stream().map(run -> run.figure(figure)).toList();
        List<Double> theirs = vllm.stream().map(run -> run.figure(figure)).toList();
        if (ours.contains(null) || theirs.contains(null)) {
            return Optional.empty();
        }
        double a = median(ours);
        double b = median(theirs);
        if (theirs.contains(0.0)) {
            return Optional.of(new Row(figure, a, b, null, null, null));
        }
        double[] pairs = IntStream.range(0, ours.size())
                .mapToDouble(i -> ours.get(i) / theirs.get(i))
                .sorted()
                .toArray();
        return Optional.of(new Row(figure, a, b, a / b, pairs[0], pairs[pairs.length - 1]));
    }

    private static double median(List<Double> values) {
        return Percentile.ofSorted(
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray(), 50);
    }

    private static void differ(List<String> what, String name, Long ours, Long theirs) {
        if (!Objects.equals(ours, theirs)) {
            what.add(name + " differ: dyno " + (ours == null ? "unknown" : ours) + ", vllm bench serve "
                    + (theirs == null ? "unknown" : theirs));
        }
    }
}
