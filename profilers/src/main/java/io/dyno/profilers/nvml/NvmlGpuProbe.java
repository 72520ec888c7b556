package io.dyno.profilers.nvml;

import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import io.dyno.engine.VisibleDevices;
import io.dyno.profilers.nvml.NvmlDevice.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This machine's GPUs by NVML. Found through ServiceLoader; not usable where there is no driver or no GPU. */
public final class NvmlGpuProbe implements GpuProbe {
    private Nvml nvml;

    /** For ServiceLoader; asks nothing yet. */
    public NvmlGpuProbe() {}

    @Override
    public synchronized Optional<String> unusable() {
        try {
            return EngineGpu.gpus(nvml().devices()).isEmpty() ? Optional.of("NVML finds no GPU") : Optional.empty();
        } catch (NvmlException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Open for as long as this process lives. */
    private synchronized Nvml nvml() throws NvmlException {
        if (nvml == null) {
            nvml = Nvml.open();
        }
        return nvml;
    }

    @Override
    public List<Gpu> gpus() {
        try {
            Nvml open = nvml();
            return VisibleDevices.of(
                    EngineGpu.gpus(open.devices()),
                    System.getenv(VisibleDevices.VARIABLE),
                    mig -> EngineGpu.parentOfMig(open, mig));
        } catch (NvmlException e) {
            return List.of();
        }
    }

    @Override
    public Map<String, Object> driver() {
        Map<String, Object> versions = new LinkedHashMap<>();
        try {
            Nvml open = nvml();
            put(versions, "driver", open::driverVersion);
            put(versions, "nvml", open::nvmlVersion);
            put(versions, "cuda", open::cudaVersion);
        } catch (NvmlException e) {
            versions.put("unknown", e.getMessage());
        }
        return versions;
    }

    @Override
    public Map<String, Object> details(Gpu gpu) {
        Map<String, Object> details = new LinkedHashMap<>();
        try {
            NvmlDevice device = nvml().byUuid(gpu.uuid());
            put(details, "pciBusId", device::pciBusId);
            put(details, "computeCapability", () -> device.computeCapability().toString());
            put(details, "powerLimitWatts", () -> device.enforcedPowerLimitMilliwatts() / 1000.0);
            put(details, "defaultPowerLimitWatts", () -> device.defaultPowerLimitMilliwatts() / 1000.0);
            put(details, "maxSmClockMegahertz", () -> device.maxClockMegahertz(Clock.SM));
            put(details, "maxMemoryClockMegahertz", () -> device.maxClockMegahertz(Clock.MEMORY));
            put(details, "persistenceMode", device::persistenceMode);
            put(details, "eccMode", device::eccEnabled);
            put(details, "migMode", device::migEnabled);
        } catch (NvmlException e) {
            details.put("unknown", e.getMessage());
        }
        return details;
    }

    /** What this driver or GPU does not know is left out. */
    private static void put(Map<String, Object> to, String name, Nvml.Query<?> query) throws NvmlException {
        Object value = Nvml.orNull(query);
        if (value != null) {
            to.put(name, value);
        }
    }

    @Override
    public GpuGuard guard(GpuUse use) {
        try {
            List<EngineGpu> gpus = EngineGpu.of(nvml(), use);
            return gpus.isEmpty() ? GpuGuard.NONE : NvmlGuard.watch(gpus);
        } catch (NvmlException e) {
            return GpuGuard.NONE; // what cannot be asked cannot be doubted; run.json says so
        }
    }
}
