package io.dyno.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Tells which GPUs there are and how they fare. Found through ServiceLoader; without a provider that is usable here, /dev/nvidia* and
 * {@code nvidia-smi -L}.
 */
public interface GpuProbe {
    /**
     * The probe of this machine: the first provider that ServiceLoader finds and that is usable here, else device files and
     * {@code nvidia-smi}.
     *
     * @throws java.util.ServiceConfigurationError when a provider is there but broken
     */
    static GpuProbe find() {
        List<String> unusable = new ArrayList<>();
        for (GpuProbe probe : ServiceLoader.load(GpuProbe.class)) {
            Optional<String> why = probe.unusable();
            if (why.isEmpty()) {
                return probe;
            }
            unusable.add(why.get());
        }
        return new SystemGpuProbe(unusable);
    }

    /** Why it cannot be used on this machine; empty when it can. */
    default Optional<String> unusable() {
        return Optional.empty();
    }

    /** The visible GPUs; empty when there are none. */
    List<Gpu> gpus();

    /** Why GPUs of this machine, or some of them, cannot be watched, a line each; empty when all can. */
    default List<String> unwatched() {
        return List.of();
    }

    /** Versions of what drives the GPUs, for run.json; empty when they are not known. */
    default Map<String, Object> driver() {
        return Map.of();
    }

    /** What more is known of a GPU, for run.json: limits and modes, with the unit in the name; empty when nothing is. */
    default Map<String, Object> details(Gpu gpu) {
        return Map.of();
    }

    /** Begins to watch the GPUs of an engine that is about to start. */
    default GpuGuard guard(GpuUse use) {
        return GpuGuard.NONE;
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
