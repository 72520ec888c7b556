package io.dyno.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values from numpy.percentile with its default method. */
class PercentileTest {
    @ParameterizedTest(name = "[{0}] p{1} = {2}")
    @CsvSource({
        // numpy.percentile([1..9, 100], p): the outlier reaches down to p90.
        "1 2 3 4 5 6 7 8 9 100, 10, 1.9",
        "1 2 3 4 5 6 7 8 9 100, 25, 3.25",
        "1 2 3 4 5 6 7 8 9 100, 50, 5.5",
        "1 2 3 4 5 6 7 8 9 100, 75, 7.75",
        "1 2 3 4 5 6 7 8 9 100, 90, 18.1",
        "1 2 3 4 5 6 7 8 9 100, 99, 91.81",
        // Latencies of vllm bench latency, unsorted as measured.
        "1.0 1.2 1.1 1.5 0.9, 10, 0.94",
        "1.0 1.2 1.1 1.5 0.9, 25, 1.0",
        "1.0 1.2 1.1 1.5 0.9, 50, 1.1",
        "1.0 1.2 1.1 1.5 0.9, 75, 1.2",
        "1.0 1.2 1.1 1.5 0.9, 90, 1.38",
        "1.0 1.2 1.1 1.5 0.9, 99, 1.488",
        // Not sorted[int(n·q)], which says 3 and 4.
        "1 2 3 4, 50, 2.5",
        "1 2 3 4, 90, 3.7",
        // Pooled over the ranks of a data-parallel engine, never averaged over their percentiles.
        "10 20 30 1000 11 12, 50, 16.0",
        "10 20 30 1000 11 12, 99, 951.5",
        // One value is every percentile; the ends are the smallest and the largest.
        "7, 99, 7",
        "3 1 2, 0, 1",
        "3 1 2, 100, 3"
    })
    void interpolatesBetweenOrderStatisticsAsNumpyDoes(String values, double percent, double expected) {
        Samples samples = new Samples(Arrays.stream(values.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray());

        assertThat(samples.percentile(percent)).isCloseTo(expected, within(1e-9));
    }

    @ParameterizedTest(name = "p{0} needs {1} samples")
    @CsvSource({"50, 11", "90, 64", "95, 130", "99, 662", "99.9, 6636"})
    void needsAsManySamplesAsMlperfsEarlyStoppingAsksFor(double percent, int samples) {
        assertThat(Percentile.floor(percent)).isEqualTo(samples);
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(Samples.NONE.percentile(50)).isNull();
        assertThat(Samples.NONE.mean()).isNull();
        assertThatThrownBy(() -> Percentile.ofSorted(new double[0], 50)).hasMessageContaining("no values");
        assertThatThrownBy(() -> new Samples(1).percentile(101)).hasMessageContaining("not in [0, 100]");
    }

    @Test
    void ofPooledSamplesIsNotTheMeanOfPercentiles() {
        Samples pooled = Samples.pooled(java.util.List.of(new Samples(10, 20, 30, 1000), new Samples(11, 12)));

        assertThat(pooled.count()).isEqualTo(6);
        assertThat(pooled.mean()).isCloseTo(180.5, within(1e-9));
    }
}
