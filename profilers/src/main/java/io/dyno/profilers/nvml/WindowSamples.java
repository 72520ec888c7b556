package io.dyno.profilers.nvml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What was sampled around one stretch of time, a row for all GPUs at each moment. Pure. */
final class WindowSamples {
    /** Readings further than this from a window's edges, together, give no energy; in a long window, further than the share below. */
    private static final double LATE_SECONDS = 0.2;

    private static final double LATE_SHARE = 0.05;

    private final List<List<GpuSample>> rows;

    WindowSamples() {
        this(List.of());
    }

    WindowSamples(List<List<GpuSample>> rows) {
        this.rows = new ArrayList<>(rows);
    }

    void add(List<GpuSample> row) {
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** How many moments. */
    int size() {
        return rows.size();
    }

    /** When the first row was read, as {@link System#nanoTime} counts. */
    long begin() {
        return time(rows.get(0));
    }

    /** When the last row was read. */
    long end() {
        return time(rows.get(rows.size() - 1));
    }

    private static long time(List<GpuSample> row) {
        return row.get(0).nanos();
    }

    /** From the row that is nearest to one moment to the one that is nearest to another. */
    WindowSamples between(long begin, long end) {
        if (rows.isEmpty()) {
            return this;
        }
        int first = rows.indexOf(nearest(rows, begin));
        int last = rows.indexOf(nearest(rows, end));
        return new WindowSamples(rows.subList(first, last + 1));
    }

    private static List<GpuSample> nearest(List<List<GpuSample>> among, long moment) {
        return among.stream()
                .min(Comparator.comparingLong(row -> Math.abs(time(row) - moment)))
                .orElseThrow();
    }

    /** Mean power by the energy counters of all GPUs together, by the readings that are nearest to two moments. */
    CounterPower counterPower(long begin, long end) {
        if (rows.isEmpty()) {
            return CounterPower.absent("no sample fell into the window");
        }
        List<List<GpuSample>> counted = rows.stream()
                .filter(row -> row.stream().allMatch(sample -> sample.energyMillijoules() != null))
                .toList();
        if (counted.isEmpty()) {
            return CounterPower.absent(failure(GpuSample.ENERGY)
                    .orElse("a GPU has no energy counter (it needs Volta or newer, and its driver)"));
        }
        List<GpuSample> first = nearest(counted, begin);
        List<GpuSample> last = nearest(counted, end);
        if (time(first) == time(last)) {
            return CounterPower.absent("the energy counter was read only once in this window: it takes two readings");
        }
        double late = (farthest(first, begin) + farthest(last, end)) / 1e9;
        double allowed = Math.max(LATE_SECONDS, LATE_SHARE * (end - begin) / 1e9);
        if (late > allowed) {
            return CounterPower.absent(String.format(
                    Locale.ROOT,
                    "the energy counter was read up to %.0f ms from the window's edges; up to %.0f ms are taken",
                    late * 1e3,
                    allowed * 1e3));
        }
        double sum = 0;
        for (int i = 0; i < first.size(); i++) {
            long growth = GpuSample.growth(first.get(i), last.get(i));
            if (growth <= 0) {
                return CounterPower.absent(
                        "the energy counter of GPU " + first.get(i).gpu()
                                + (growth < 0 ? " began anew in this window" : " did not move in this window"));
            }
            sum += GpuSample.meanWatts(first.get(i), last.get(i));
        }
        return new CounterPower(sum, late, null);
    }

    private static long farthest(List<GpuSample> row, long moment) {
        return row.stream().mapToLong(sample -> sample.farFrom(moment)).max().orElseThrow();
    }

    /** NVML's words for a question that failed, the last time it did; of {@link GpuSample}'s names. */
    Optional<String> failure(String about) {
        return rows.stream()
                .flatMap(List::stream)
                .map(sample -> sample.failed().get(about))
                .filter(Objects::nonNull)
                .reduce((earlier, later) -> later);
    }

    /** Power of all GPUs together in each row that has it for each of them, watts. */
    List<Double> sampledWatts() {
        return rows.stream()
                .filter(row -> row.stream().allMatch(sample -> sample.powerMilliwatts() != null))
                .map(row ->
                        row.stream().mapToDouble(s -> s.powerMilliwatts() / 1e3).sum())
                .toList();
    }

    /** Memory in use on all GPUs together at its highest, bytes; empty where no driver tells. */
    OptionalDouble highestUsedBytes() {
        return rows.stream()
                .filter(row -> row.stream().allMatch(sample -> sample.usedBytes() != null))
                .mapToDouble(
                        row -> row.stream().mapToDouble(GpuSample::usedBytes).sum())
                .max();
    }

    /** Mean of something over all samples of all GPUs; empty where no driver tells. */
    <T> OptionalDouble mean(Function<GpuSample, T> of, ToDoubleFunction<T> number) {
        return values(of).mapToDouble(number).average();
    }

    /** The highest of something over all samples of all GPUs; empty where no driver tells. */
    <T> OptionalDouble max(Function<GpuSample, T> of, ToDoubleFunction<T> number) {
        return values(of).mapToDouble(number).max();
    }

    private <T> Stream<T> values(Function<GpuSample, T> of) {
        return rows.stream().flatMap(List::stream).map(of).filter(Objects::nonNull);
    }
}
