package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.SettingValues;
import io.dyno.plan.Topology;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final List<EngineConfiguration> CONFIGURATIONS =
            List.of(configuration("a", 2, 0), configuration("b", 2, 1), configuration("c", 1, 0));

    @Test
    void everyConfigurationHasItsFirstForkBeforeAnyHasItsSecond() {
        List<Turn> turns = Turn.of(plan(0));

        assertThat(turns).hasSize(6);
        assertThat(turns.get(0)).isEqualTo(new Turn(CONFIGURATIONS.get(1), 2));
        assertThat(turns.get(0).warmup()).isTrue();
        assertThat(turns.subList(1, 4)).allMatch(turn -> turn.fork() == 0 && !turn.warmup());
        assertThat(turns.subList(4, 6)).allMatch(turn -> turn.fork() == 1);
    }

    @Test
    void theOrderIsTheSeeds() {
        assertThat(Turn.of(plan(7))).isEqualTo(Turn.of(plan(7)));
        assertThat(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L).stream()
                        .map(seed -> Turn.of(plan(seed)))
                        .distinct())
                .as("orders of eight seeds")
                .hasSizeGreaterThan(1);
    }

    private static Plan plan(long seed) {
        return new Plan(CONFIGURATIONS, List.of(), List.of(), seed, 1, List.of());
    }

    private static EngineConfiguration configuration(String id, int forks, int warmupForks) {
        return new EngineConfiguration(
                id,
                "a.B",
                EngineConfiguration.Kind.SERVER,
                Map.of(),
                new SettingValues(Map.of("model", "m")),
                new Topology(1, 1, 1, 1, 1, 1),
                forks,
                warmupForks,
                List.of());
    }
}
