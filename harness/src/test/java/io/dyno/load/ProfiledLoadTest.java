package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.Window;
import io.dyno.plan.LoadShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a point's load that a profiler is given: the warm-up, then one window alone. */
class ProfiledLoadTest {
    private final LoadCase c = new LoadCase();

    private void shape(boolean drained) {
        c.shape = new LoadShape.ClosedLoop(2);
        c.drained = drained;
        c.warmup = drained ? LoadCase.byCount(2, 10) : LoadCase.byTime(2, 1000);
        c.measurement = drained ? LoadCase.byCount(3, 10) : LoadCase.byTime(3, 1000);
    }

    @ParameterizedTest(name = "drained = {0}")
    @ValueSource(booleans = {false, true})
    void theWarmUpAloneEndsByItself(boolean drained) throws Exception {
        shape(drained);
        c.change = LoadSpec::warmupOnly;

        LoadResult result = c.run(new FakeDriver(100 * LoadCase.MS, 10));

        assertThat(result.completed()).isTrue();
        assertThat(c.of(Window.Kind.WARMUP)).hasSize(2);
        assertThat(c.of(Window.Kind.MEASUREMENT)).isEmpty();
    }

    @ParameterizedTest(name = "drained = {0}")
    @ValueSource(booleans = {false, true})
    void aProfiledWindowStandsAloneAndHasThePromptsOfItsNumber(boolean drained) throws Exception {
        shape(drained);
        c.change = spec -> spec.profiledAlone(2);

        LoadResult result = c.run(new FakeDriver(100 * LoadCase.MS, 10));

        assertThat(result.completed()).isTrue();
        assertThat(c.of(Window.Kind.PROFILED)).singleElement().satisfies(w -> {
            assertThat(w.window().iteration()).isEqualTo(2);
            assertThat(w.window().slice()).isEqualTo("2");
            assertThat(w.due()).isNotEmpty().allSatisfy(r -> assertThat(r.slice())
                    .isEqualTo("2"));
        });
        assertThat(c.complete)
                .extracting(w -> w.window().kind())
                .doesNotContain(Window.Kind.MEASUREMENT, Window.Kind.WARMUP);
    }

    @Test
    void aProfiledWindowIsNotRepeatedWhateverItsHealth() throws Exception {
        shape(true);
        c.change = spec -> spec.profiledAlone(0);
        c.valid = w -> false;

        c.run(new FakeDriver(100 * LoadCase.MS, 10));

        assertThat(c.of(Window.Kind.PROFILED)).hasSize(1);
    }
}
