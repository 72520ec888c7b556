package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dyno.plan.LoadShape;
import io.dyno.plan.RandomStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final int MANY = 200_000;

    private static long[] times(double rate, double burstiness, long seed, int n) {
        Schedule schedule = Schedule.open(new LoadShape.OpenLoop(rate, burstiness, null), seed, "arrivals");
        return LongStream.generate(schedule::next).limit(n).toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 3, 7, 1000, 33_333})
    void constantArrivalsDoNotDriftFromTheirRate(double rate) {
        long[] times = times(rate, Double.POSITIVE_INFINITY, 0, MANY);

        assertThat(times[0]).isZero();
        for (int k : new int[] {1, 2, 999, MANY - 1}) {
            assertThat((double) times[k]).as("request %d at k/rate", k).isCloseTo(k * 1e9 / rate, within(1.0));
        }
    }

    @ParameterizedTest(name = "burstiness {0}: coefficient of variation {1}")
    @CsvSource({"0.25, 2", "0.5, 1.4142", "1, 1", "4, 0.5", "100, 0.1"})
    void gapsHaveTheMeanOfTheRateAndTheSpreadOfTheBurstiness(double burstiness, double cv) {
        long[] times = times(50, burstiness, 42, MANY);

        double[] gaps = new double[MANY - 1];
        double sum = 0;
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (times[i + 1] - times[i]) / 1e9;
            assertThat(gaps[i]).isNotNegative();
            sum += gaps[i];
        }
        double mean = sum / gaps.length;
        double squares = 0;
        for (double gap : gaps) {
            squares += (gap - mean) * (gap - mean);
        }
        assertThat(mean).as("mean gap, s").isCloseTo(0.02, within(0.02 * 0.02));
        assertThat(Math.sqrt(squares / gaps.length) / mean)
                .as("coefficient of variation")
                .isCloseTo(cv, within(0.03 * cv));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void poissonCountsAreNeitherClumpedNorEven(long seed) {
        long[] times = times(100, 1, seed, MANY);

        int[] counts = new int[(int) (times[MANY - 1] / 1_000_000_000L)];
        for (long t : times) {
            int second = (int) (t / 1_000_000_000L);
            if (second < counts.length) {
                counts[second]++;
            }
        }
        double mean = 0;
        for (int c : counts) {
            mean += (double) c / counts.length;
        }
        double variance = 0;
        for (int c : counts) {
            variance += (c - mean) * (c - mean) / counts.length;
        }
        assertThat(variance / mean)
                .as("index of dispersion of counts per second")
                .isCloseTo(1, within(0.12));
    }

    @Test
    void theEndIsNotRescaledToARoundTime() {
        long a = times(10, 1, 1, 1001)[1000];
        long b = times(10, 1, 2, 1001)[1000];

        assertThat(a).isNotEqualTo(b);
        assertThat(a / 1e9).isCloseTo(100, within(15.0));
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        assertThat(times(10, 1, 42, 5)).containsExactly(times(10, 1, 42, 5));
        assertThat(times(10, 1, 42, 5)).isNotEqualTo(times(10, 1, 43, 5));
    }

    /** Worked out from the published algorithms outside Java; a change would unpair results from those of older runs. */
    @Test
    void aStreamIsXoshiro256PlusPlusOverTheHashOfItsSeedAndName() {
        RandomStream random = RandomStream.of(42, "prompts", "0");

        assertThat(LongStream.generate(random::nextLong).limit(4))
                .containsExactly(
                        7195744972690457178L, 278082449499270226L, 8720498423719638907L, -4698573812946351599L);
    }

    @Test
    void namesOfStreamsDoNotRunTogether() {
        assertThat(RandomStream.of(1, "ab", "c").nextLong())
                .isNotEqualTo(RandomStream.of(1, "a", "bc").nextLong());
    }

    @ParameterizedTest
    @CsvSource({
        "0,4,1000,0",
        "1,4,1000,250",
        "3,4,1000,750",
        "1,3,10,3",
        "5,8,0,0",
        "999999,1000000,9000000000000000000,8999991000000000000"
    })
    void slotsOpenEvenly(int k, int slots, long span, long expected) {
        assertThat(Schedule.slotOpening(k, slots, span)).isEqualTo(expected);
    }
}
