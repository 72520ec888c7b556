package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.EngineInfo;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import io.dyno.plan.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Level;

class UserBenchmarkTest {
    private final List<String> calls = new ArrayList<>();

    @Test
    void whatGoesWrongInATrialIsToldAndNotWhatItsEndThrowsBecauseOfIt() throws Exception {
        UserBenchmark benchmark = new UserBenchmark(new Careless(), point());

        assertThatThrownBy(() -> benchmark.trial(null, () -> {
                    calls.add("trial");
                    throw new InterruptedException("Ctrl-C");
                }))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("Ctrl-C")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .extracting(Throwable::getMessage)
                        .asString()
                        .contains("@TearDown(Level.Trial) threw"));
        assertThat(calls).containsExactly("setup", "trial", "tearDown");
    }

    @Test
    void anEndThatThrowsFailsATrialThatWentWell() throws Exception {
        UserBenchmark benchmark = new UserBenchmark(new Careless(), point());

        assertThatThrownBy(() -> benchmark.trial(null, () -> calls.add("trial")))
                .isInstanceOf(UserBenchmark.Failed.class)
                .hasMessageContaining("@TearDown(Level.Trial) threw java.lang.IllegalStateException: too late");
    }

    private static Point point() throws Exception {
        Plan plan = Planner.plan(List.of(new TestBenchmarks.Chat().descriptor()), PlanRequest.none());
        return plan.configurations().get(0).points().get(0);
    }

    private final class Careless implements BenchmarkDefinition {
        @Override
        public BenchmarkDescriptor descriptor() {
            return new TestBenchmarks.Chat().descriptor();
        }

        @Override
        public Object newInstance() {
            return new Object();
        }

        @Override
        public void set(Object instance, String field, String value) {
            throw new IllegalArgumentException(field);
        }

        @Override
        public void setup(Object instance, Level level, EngineInfo engine) {
            calls.add("setup");
        }

        @Override
        public void tearDown(Object instance, Level level, EngineInfo engine) {
            calls.add("tearDown");
            throw new IllegalStateException("too late");
        }
    }
}
