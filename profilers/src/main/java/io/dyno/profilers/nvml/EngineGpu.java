package io.dyno.profilers.nvml;

import java.util.List;

/**
 * A GPU that belongs to an engine.
 *
 * @param index as the engine's CUDA counts
 * @param uuid {@code GPU-…}, or null when NVML could not tell it
 * @param device the whole GPU
 * @param slices the MIG devices of it that the engine has; empty where it has the whole GPU
 */
record EngineGpu(int index, String uuid, NvmlDevice device, List<NvmlDevice> slices) {
    EngineGpu {
        slices = List.copyOf(slices);
    }

    /** What of it is the engine's alone: its memory, and the processes that compute there. */
    List<NvmlDevice> own() {
        return slices.isEmpty() ? List.of(device) : slices;
    }

    @Override
    public String toString() {
        return "GPU " + index + (uuid == null ? "" : " (" + uuid + ")");
    }
}
