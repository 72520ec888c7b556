package io.dyno.profilers.nvml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What was sampled in one window, the first and the last time at its edges. Pure. */
final class WindowSamples {
    private final List<List<GpuSample>> rows = new ArrayList<>();

    void add(List<GpuSample> row) {
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Mean power by the energy counters of all GPUs together, watts; null when one of them has none. */
    Double counterWatts() {
        if (rows.size() < 2) {
            return null;
        }
        List<GpuSample> first = rows.get(0);
        List<GpuSample> last = rows.get(rows.size() - 1);
        double sum = 0;
        for (int i = 0; i < first.size(); i++) {
            Double watts = GpuSample.meanWatts(first.get(i), last.get(i));
            if (watts == null) {
                return null;
            }
            sum += watts;
        }
        return sum;
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
