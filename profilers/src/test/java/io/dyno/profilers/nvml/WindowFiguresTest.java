package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.ProfilerResult;
import io.dyno.profilers.nvml.NvmlDevice.Utilization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WindowFiguresTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long ORIGIN = -3 * SECOND;
    private static final Window TEN_SECONDS =
            new Window(Window.Kind.MEASUREMENT, 0, "0", 5 * SECOND, 15 * SECOND, false);

    /** 100 tok/s and 2 req/s. */
    private static final WindowResult RESULT = WindowResult.isolated(
            TEN_SECONDS,
            Validity.OK,
            List.of(
                    MetricValue.of(MetricNames.OUTPUT_THROUGHPUT, 100),
                    MetricValue.of(MetricNames.REQUEST_THROUGHPUT, 2)));

    private static GpuSample sample(int gpu, double second, Long joules, Integer watts) {
        return new GpuSample(
                gpu,
                ORIGIN + Math.round(second * SECOND),
                0,
                joules == null ? null : Long.valueOf(joules * 1000),
                watts == null ? null : Integer.valueOf(watts * 1000),
                new Utilization(gpu == 0 ? 90 : 50, 10),
                60 + gpu,
                1700,
                2600,
                (10L + gpu) << 30,
                gpu == 0 ? Set.of(ClockEventReason.HW_SLOWDOWN) : Set.of(),
                Map.of());
    }

    /** Two GPUs: 300 W and 200 W. The second reading came 10 ms after the window's end. */
    private static WindowSamples twoGpus() {
        WindowSamples samples = new WindowSamples();
        samples.add(List.of(sample(0, 5, 1000L, 310), sample(1, 5, 2000L, 190)));
        samples.add(List.of(sample(0, 10, 2500L, 290), sample(1, 10, 3000L, 210)));
        samples.add(List.of(sample(0, 15.01, 4003L, 300), sample(1, 15.01, 4002L, 200)));
        return samples;
    }

    private static Map<String, MetricValue> figures(
            WindowSamples samples, WindowResult result, IdlePower idle, String lost) {
        return new WindowFigures(TEN_SECONDS, ORIGIN + 5 * SECOND, samples, result, 10, idle, lost)
                .results().stream()
                        .map(ProfilerResult::value)
                        .collect(Collectors.toMap(value -> value.metric().name(), Function.identity()));
    }

    private static double score(Map<String, MetricValue> figures, Metric metric) {
        assertThat(figures.get(metric.name()).reason()).as(metric.name()).isNull();
        return figures.get(metric.name()).score();
    }

    @Test
    void energyIsTheCountersMeanPowerOverTheWindowsLengthWithAndWithoutIdlePower() {
        Map<String, MetricValue> figures = figures(twoGpus(), RESULT, new IdlePower(150, 15), null);

        assertThat(score(figures, WindowFigures.ENERGY)).isCloseTo(5000, within(1.0));
        assertThat(score(figures, WindowFigures.PER_TOKEN)).isCloseTo(5.0, within(0.001));
        assertThat(score(figures, WindowFigures.PER_REQUEST)).isCloseTo(250, within(0.05));
        assertThat(score(figures, WindowFigures.TOKENS_PER_JOULE))
                .as("tokens a second per watt: 100 / 500")
                .isCloseTo(0.2, within(0.0001));
        assertThat(score(figures, WindowFigures.IDLE_POWER)).isEqualTo(150);
        assertThat(score(figures, WindowFigures.ENERGY_ABOVE_IDLE)).isCloseTo(3500, within(1.0));
        assertThat(score(figures, WindowFigures.PER_TOKEN_ABOVE_IDLE)).isCloseTo(3.5, within(0.001));
        assertThat(score(figures, WindowFigures.PER_REQUEST_ABOVE_IDLE)).isCloseTo(175, within(0.05));
        double bound = score(figures, WindowFigures.UNCERTAINTY) / 100 * 5000 + 15 * 10;
        assertThat(score(figures, WindowFigures.ABOVE_IDLE_UNCERTAINTY))
                .as("a difference has the errors of both")
                .isCloseTo(100 * bound / 3500, within(0.01));
    }

    @Test
    void aDifferenceThatIsSmallerThanItsErrorIsNoFigure() {
        Map<String, MetricValue> figures = figures(twoGpus(), RESULT, new IdlePower(480, 48), null);

        assertThat(score(figures, WindowFigures.IDLE_POWER)).isEqualTo(480);
        for (Metric metric : List.of(
                WindowFigures.ENERGY_ABOVE_IDLE,
                WindowFigures.ABOVE_IDLE_UNCERTAINTY,
                WindowFigures.PER_TOKEN_ABOVE_IDLE,
                WindowFigures.PER_REQUEST_ABOVE_IDLE)) {
            assertThat(figures.get(metric.name()).score()).as(metric.name()).isNull();
            assertThat(figures.get(metric.name()).reason())
                    .contains("J above idle power are less than their own uncertainty");
        }
    }

    @Test
    void whatIsKnownOfAPartOfTheWindowIsNotTakenForAllOfIt() {
        Map<String, MetricValue> figures = figures(twoGpus(), RESULT, null, "GPU is lost");

        for (Metric metric : List.of(WindowFigures.POWER, WindowFigures.UTILIZATION, WindowFigures.SM_CLOCK)) {
            assertThat(figures.get(metric.name()).reason()).isEqualTo("sampling ended: GPU is lost");
        }
    }

    @Test
    void readingsThatCameLateWidenTheUncertaintyAndTooLateGiveNoEnergy() {
        WindowSamples late = new WindowSamples();
        late.add(List.of(sample(0, 5.2, 1000L, 300)));
        late.add(List.of(sample(0, 15.1, 3970L, 300)));
        Map<String, MetricValue> figures = figures(late, RESULT, null, null);
        assertThat(score(figures, WindowFigures.ENERGY)).isCloseTo(3000, within(1.0));
        assertThat(score(figures, WindowFigures.UNCERTAINTY))
                .as("0.1 s of the counter and 0.3 s of lateness, of 10 s; and the sensor's 5 %")
                .isCloseTo(4 + 5, within(0.01));

        late = new WindowSamples();
        late.add(List.of(sample(0, 5.4, 1000L, 300)));
        late.add(List.of(sample(0, 15.2, 3940L, 300)));
        assertThat(figures(late, RESULT, null, null).get("energy").reason())
                .contains("read up to 600 ms from the window's edges; up to 500 ms are taken");
    }

    @Test
    void ofManyReadingsThoseNearestToTheEdgesCount() {
        WindowSamples samples = new WindowSamples();
        samples.add(List.of(sample(0, 4, 0L, 900)));
        samples.add(List.of(sample(0, 5, 900L, 300)));
        samples.add(List.of(sample(0, 14.9, null, 300))); // this question failed
        samples.add(List.of(sample(0, 15, 3900L, 300)));
        samples.add(List.of(sample(0, 17, 5700L, 900)));
        Map<String, MetricValue> figures = figures(samples, RESULT, null, null);

        assertThat(score(figures, WindowFigures.ENERGY)).isCloseTo(3000, within(0.001));
        assertThat(score(figures, WindowFigures.POWER)).isEqualTo(300);
    }

    @Test
    void everyReasonNamesWhatWasMissing() {
        WindowSamples one = new WindowSamples();
        one.add(List.of(sample(0, 5, 1000L, 300)));
        assertThat(figures(one, RESULT, null, null).get("energy").reason()).contains("read only once in this window");

        assertThat(figures(new WindowSamples(), RESULT, null, null)
                        .get("energy")
                        .reason())
                .isEqualTo("no sample fell into the window");

        WindowSamples still = new WindowSamples();
        still.add(List.of(sample(0, 5, 1000L, 300), sample(1, 5, 1000L, 300)));
        still.add(List.of(sample(0, 15, 4000L, 300), sample(1, 15, 1000L, 300)));
        assertThat(figures(still, RESULT, null, null).get("energy").reason())
                .isEqualTo("the energy counter of GPU 1 did not move in this window");

        WindowSamples anew = new WindowSamples();
        anew.add(List.of(sample(0, 5, 1000L, 300)));
        anew.add(List.of(sample(0, 15, 1L, 300)));
        assertThat(figures(anew, RESULT, null, null).get("energy").reason())
                .isEqualTo("the energy counter of GPU 0 began anew in this window");
    }

    @Test
    void idlePowerHasItsOwnError() {
        WindowSamples samples = new WindowSamples();
        samples.add(List.of(sample(0, 0, 0L, 80)));
        samples.add(List.of(sample(0, 1, 80L, 80)));
        samples.add(List.of(sample(0, 2, 160L, 80)));

        IdlePower idle = IdlePower.of(samples);

        assertThat(idle.watts()).isEqualTo(80);
        assertThat(idle.boundWatts()).as("0.1 s of 2 s, and the sensor's 5 %").isCloseTo(8, within(0.001));
        assertThat(IdlePower.of(new WindowSamples())).isNull();
    }

    @Test
    void samplesAreSummedOrAveragedOverTheGpus() {
        Map<String, MetricValue> figures = figures(twoGpus(), RESULT, null, null);

        assertThat(score(figures, WindowFigures.POWER)).isCloseTo(500, within(0.001));
        assertThat(score(figures, WindowFigures.UTILIZATION)).isEqualTo(70);
        assertThat(score(figures, WindowFigures.MEMORY)).isEqualTo(21 * 1024);
        assertThat(score(figures, WindowFigures.TEMPERATURE)).isEqualTo(61);
        assertThat(score(figures, WindowFigures.SM_CLOCK)).isEqualTo(1700);
        assertThat(score(figures, WindowFigures.MEMORY_CLOCK)).isEqualTo(2600);
        assertThat(score(figures, WindowFigures.THROTTLED)).as("one GPU of two").isEqualTo(50);
    }

    @Test
    void whatCannotBeKnownIsNullWithTheReason() {
        WindowSamples noCounter = new WindowSamples();
        noCounter.add(List.of(sample(0, 5, null, 300)));
        noCounter.add(List.of(sample(0, 15, null, 300)));

        Map<String, MetricValue> old = figures(noCounter, RESULT, null, null);
        assertThat(old.get("energy").reason()).contains("no energy counter");
        assertThat(old.get("joules_per_output_token").reason()).contains("no energy counter");
        assertThat(score(old, WindowFigures.POWER)).isEqualTo(300);

        Map<String, MetricValue> nothingDone =
                figures(twoGpus(), WindowResult.isolated(TEN_SECONDS, Validity.OK, List.of()), null, null);
        assertThat(nothingDone.get("joules_per_output_token").reason()).contains("no request ended well");
        assertThat(nothingDone.get("nvml.energy_above_idle").reason()).contains("idle power was not measured");

        assertThat(figures(twoGpus(), RESULT, null, "GPU is lost").get("energy").reason())
                .isEqualTo("sampling ended: GPU is lost");
    }

    @Test
    void theUncertaintyShrinksWithTheWindowAndGrowsWithTheSpreadOfPower() {
        double twoSeconds = EnergyUncertainty.percent(2, 600, 0, new PowerSpread(300, 300, 0));
        double tenSeconds = EnergyUncertainty.percent(10, 3000, 0, new PowerSpread(300, 300, 0));
        double uneven = EnergyUncertainty.percent(10, 3000, 0, new PowerSpread(300, 450, 100));

        assertThat(twoSeconds).as("100 ms of 2 s, and the sensor's 5 %").isCloseTo(10, within(0.001));
        assertThat(tenSeconds).isCloseTo(6, within(0.001));
        assertThat(uneven)
                .as("edges 1.5 %, sensor 5 %, sampling 2 · 100 W / √100 of 300 W")
                .isCloseTo(1.5 + 5 + 20.0 / 3, within(0.001));
    }
}
