package io.dyno.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EstimatesTest {
    private static final Offset<Double> CLOSE = within(1e-6);

    @Test
    void theScoreIsTheMeanOfTheForksMeans() {
        // The second fork has one more window; it does not weigh more for it.
        Estimate e = Estimates.overForks(List.of(List.of(10.0, 12.0), List.of(20.0, 20.0, 20.0)), "none");

        assertThat(e.score()).isCloseTo(15.5, CLOSE);
        assertThat(e.forks()).isEqualTo(2);
    }

    @Test
    void theErrorIsStudentsTOverForks() {
        // Fork means 9, 10, 14: mean 11, s = √7, t(0.975, 2) = 4.302653: 4.302653·√7/√3.
        Estimate e = Estimates.overForks(List.of(List.of(8.0, 10.0), List.of(10.0), List.of(14.0)), "none");

        assertThat(e.score()).isCloseTo(11, CLOSE);
        assertThat(e.error()).isCloseTo(4.30265273 * Math.sqrt(7.0 / 3), CLOSE);
        assertThat(e.lo()).isCloseTo(11 - e.error(), CLOSE);
        assertThat(e.hi()).isCloseTo(11 + e.error(), CLOSE);
        assertThat(e.level()).isEqualTo(0.95);
        assertThat(e.reason()).isNull();
    }

    @Test
    void manyIterationsOfOneForkGiveNoError() {
        Estimate e = Estimates.overForks(List.of(List.of(1.0, 2.0, 3.0, 4.0)), "none");

        assertThat(e.score()).isCloseTo(2.5, CLOSE);
        assertThat(e.error()).isNull();
        assertThat(e.lo()).isNull();
        assertThat(e.reason()).isEqualTo(Estimates.ONE_FORK);
    }

    @Test
    void voidIterationsAndEmptyForksAreLeftOut() {
        Estimate e = Estimates.overForks(List.of(Arrays.asList(5.0, null, 7.0), List.of(), Arrays.asList(8.0)), "none");

        assertThat(e.score()).isCloseTo(7, CLOSE);
        assertThat(e.forks()).isEqualTo(2);
    }

    @Test
    void nothingIsNullWithTheReasonGiven() {
        Estimate e = Estimates.overForks(List.of(Arrays.asList((Double) null), List.of()), "no request ended well");

        assertThat(e.score()).isNull();
        assertThat(e.error()).isNull();
        assertThat(e.forks()).isZero();
        assertThat(e.reason()).isEqualTo("no request ended well");
    }

    @Test
    void equalForksHaveAnErrorOfZero() {
        assertThat(Estimates.ofForks(List.of(3.0, 3.0, 3.0), "none").error()).isEqualTo(0.0);
    }
}
