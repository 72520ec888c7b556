package io.dyno.plan;

/**
 * What an intrusive profiler will do besides what is scored, as far as a plan's figures go: the profiled iterations of every point, for which
 * its load is started anew and warmed up.
 *
 * @param profiler short name
 * @param iterations profiled iterations of each point, at least 1
 * @param ownFork whether they are in a fork of their own for each engine configuration, or in the last one that is scored
 */
public record Profiling(String profiler, int iterations, boolean ownFork) {}
