package io.dyno.engine;

/**
 * Which of this machine's GPUs an engine uses.
 *
 * @param visibleDevices its {@code CUDA_VISIBLE_DEVICES}, or null when that is not set
 * @param count how many of the visible GPUs, the first ones; null when nobody can tell, so that all are meant
 */
public record GpuUse(String visibleDevices, Integer count) {}
