package io.dyno.engine.sim;

import java.util.Map;

/**
 * Which process of an engine this is, as torchrun tells its children.
 *
 * @param rank from 0
 * @param world how many there are
 */
record WorkerRank(int rank, int world) {
    /** The only one where nobody says. */
    static WorkerRank of(Map<String, String> environment) {
        return new WorkerRank(
                Integer.parseInt(environment.getOrDefault("RANK", "0")),
                Integer.parseInt(environment.getOrDefault("WORLD_SIZE", "1")));
    }

    /** The replica that this process is a part of. */
    int dpRank(int dp) {
        return rank / (world / dp);
    }

    /**
     * Holds the processes that there are against those that the engine needs.
     *
     * @throws Refusal what vLLM would refuse, in its words
     */
    void check(Flags flags, SimConfig config) throws Refusal {
        boolean external = flags.text("distributed-executor-backend")
                .filter("external_launcher"::equals)
                .isPresent();
        if (!external && config.dp() > 1) {
            throw Refusal.configuration("LLM(data_parallel_size=" + config.dp()
                    + ") is not supported for single-process usage and may hang. Please use the explicit multi-process"
                    + " data-parallel example at 'examples/features/data_parallel/data_parallel_offline.py'.");
        }
        if (external && world != config.gpus()) {
            throw Refusal.configuration("torchrun has started " + world + " processes, and the engine needs "
                    + config.gpus() + " (tensor, pipeline and data parallel sizes multiplied).");
        }
    }
}
