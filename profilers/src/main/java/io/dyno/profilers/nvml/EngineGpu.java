package io.dyno.profilers.nvml;

import io.dyno.engine.GpuProbe.Gpu;
import io.dyno.engine.GpuUse;
import io.dyno.engine.VisibleDevices;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPU that belongs to an engine.
 *
 * @param index as the engine's CUDA counts
 * @param device what NVML knows of it
 */
record EngineGpu(int index, NvmlDevice device) {
    /** Those that an engine uses: of the ones that it sees, the first. */
    static List<EngineGpu> of(Nvml nvml, GpuUse use) throws NvmlException {
        List<NvmlDevice> devices = nvml.devices();
        List<Gpu> all = gpus(devices);
        List<EngineGpu> used = new ArrayList<>();
        for (Gpu gpu : VisibleDevices.of(all, use.visibleDevices(), mig -> parentOfMig(nvml, mig))) {
            if (use.count() != null && used.size() == use.count()) {
                break;
            }
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).uuid().equals(gpu.uuid())) {
                    used.add(new EngineGpu(gpu.index(), devices.get(i)));
                }
            }
        }
        return used;
    }

    /** What there is to say of each. */
    static List<Gpu> gpus(List<NvmlDevice> devices) throws NvmlException {
        List<Gpu> gpus = new ArrayList<>();
        for (NvmlDevice device : devices) {
            Long bytes = Nvml.orNull(() -> device.memory().totalBytes());
            gpus.add(new Gpu(device.index(), device.uuid(), Nvml.orNull(device::name), bytes));
        }
        return gpus;
    }

    /** The older form of a MIG device's uuid holds that of its GPU; of the newer one, NVML knows the GPU. */
    static String parentOfMig(Nvml nvml, String mig) {
        if (mig.regionMatches(true, 4, "GPU-", 0, 4)) {
            int slash = mig.indexOf('/');
            return mig.substring(4, slash < 0 ? mig.length() : slash);
        }
        try {
            return nvml.parentOfMig(mig).uuid();
        } catch (NvmlException e) {
            return null; // CUDA would not find it either
        }
    }
}
