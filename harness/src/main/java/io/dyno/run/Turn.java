package io.dyno.run;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One fork in the order of a run.
 *
 * @param configuration its engine configuration
 * @param fork from 0; warm-up forks count on from the measured ones
 */
record Turn(EngineConfiguration configuration, int fork) {
    /** Whether it is a warm-up fork. */
    boolean warmup() {
        return fork >= configuration.forks();
    }

    /**
     * All forks: the first of every configuration, in an order shuffled by the plan's seed, before the second of any, so that a machine that
     * drifts does not drift into one configuration. Warm-up forks come before.
     */
    static List<Turn> of(Plan plan) {
        List<Turn> turns = new ArrayList<>();
        int most = plan.configurations().stream()
                .mapToInt(c -> Math.max(c.forks(), c.warmupForks()))
                .max()
                .orElse(0);
        for (int round = -most; round < most; round++) {
            List<EngineConfiguration> order = new ArrayList<>(plan.configurations());
            Collections.shuffle(
                    order, new Random(RandomStream.seed(plan.orderSeed(), "round", Integer.toString(round))));
            for (EngineConfiguration c : order) {
                int warmup = round + c.warmupForks();
                if (round < 0 && warmup >= 0) {
                    turns.add(new Turn(c, c.forks() + warmup));
                } else if (round >= 0 && round < c.forks()) {
                    turns.add(new Turn(c, round));
                }
            }
        }
        return turns;
    }
}
