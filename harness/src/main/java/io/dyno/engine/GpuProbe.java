package io.dyno.engine;

import java.util.List;
import java.util.ServiceLoader;

/** Tells which GPUs there are and how they fare. Found through ServiceLoader; without a provider /dev/nvidia* and {@code nvidia-smi -L}. */
public interface GpuProbe {
    /**
     * The probe of this machine: the first provider that ServiceLoader finds, else device files and {@code nvidia-smi}.
     *
     * @throws java.util.ServiceConfigurationError when a provider is there but broken
     */
    static GpuProbe find() {
        return ServiceLoader.load(GpuProbe.class).findFirst().orElseGet(SystemGpuProbe::new);
    }

    /** The visible GPUs; empty when there are none. */
    List<Gpu> gpus();

    /** Called at a window's edges: reasons to doubt what was measured since the last call; empty when there are none. */
    default List<String> doubts() {
        return List.of();
    }

    /**
     * A GPU.
     *
     * @param index as CUDA counts
     * @param uuid {@code GPU-…}, or null when unknown
     * @param name such as {@code NVIDIA H100 80GB HBM3}, or null when unknown
     * @param memoryBytes memory in all, bytes, or null when unknown
     */
    record Gpu(int index, String uuid, String name, Long memoryBytes) {}
}
