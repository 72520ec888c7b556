package io.dyno.plan;

import java.util.List;

/** From what was written and asked for to what will be done. */
public final class Planner {
    private Planner() {}

    /**
     * Plans the selected benchmarks.
     *
     * @param benchmarks what was written on each; not empty
     * @throws PlanException when something is wrong, with all problems
     */
    public static Plan plan(List<BenchmarkDescriptor> benchmarks, PlanRequest request) throws PlanException {
        if (benchmarks.isEmpty()) {
            return new Plan(List.of(), List.of(), List.of(), request.orderSeed(), request.startSeconds());
        }
        throw new UnsupportedOperationException("not built yet");
    }
}
