package io.dyno.plan;

/**
 * How an engine lies over GPUs.
 *
 * @param tp tensor-parallel size, GPUs
 * @param pp pipeline-parallel size, stages
 * @param dp data-parallel size, replicas
 * @param ep expert-parallel size: tp·dp when enabled, else 1
 * @param nodes nodes
 * @param gpusPerNode GPUs that the engine uses on each node
 */
public record Topology(int tp, int pp, int dp, int ep, int nodes, int gpusPerNode) {
    /** GPUs in all: tp·pp·dp. */
    public int gpus() {
        return tp * pp * dp;
    }
}
