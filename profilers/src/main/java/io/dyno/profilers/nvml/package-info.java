/**
 * NVIDIA's management library, NVML, bound through JNA, and what stands on it: the probe that names GPUs and doubts windows, and the profiler
 * {@code nvml}.
 */
package io.dyno.profilers.nvml;
