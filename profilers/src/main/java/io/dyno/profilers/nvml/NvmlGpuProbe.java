package io.dyno.profilers.nvml;

import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import io.dyno.engine.VisibleDevices;
import io.dyno.profilers.nvml.NvmlDevice.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This machine's GPUs by NVML. Found through ServiceLoader; not usable where there is no driver or no GPU. */
public final class NvmlGpuProbe implements GpuProbe {
    private Nvml nvml;
    private MachineGpus machine;

    /** For ServiceLoader; asks nothing yet. */
    public NvmlGpuProbe() {}

    @Override
    public Optional<String> unusable() {
        try {
            return machine().unusable();
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

    /** As it was when it was first asked for: a GPU that is lost meanwhile is one of these. */
    private synchronized MachineGpus machine() throws NvmlException {
        if (machine == null) {
            machine = MachineGpus.of(nvml());
        }
        return machine;
    }

    @Override
    public List<Gpu> gpus() {
        try {
            List<Gpu> gpus = new ArrayList<>();
            for (int place : visible()) {
                Gpu gpu = machine().listed().get(place);
                gpus.add(new Gpu(gpus.size(), gpu.uuid(), gpu.name(), gpu.memoryBytes()));
            }
            return gpus;
        } catch (NvmlException e) {
            return List.of();
        }
    }

    private List<Integer> visible() throws NvmlException {
        Nvml open = nvml();
        return VisibleDevices.places(
                machine().listed(), System.getenv(VisibleDevices.VARIABLE), mig -> MachineGpus.parentOfMig(open, mig));
    }

    @Override
    public List<String> unwatched() {
        try {
            return machine().leftOut();
        } catch (NvmlException e) {
            return List.of(e.getMessage());
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
            NvmlDevice device = machine().devices().get(visible().get(gpu.index()));
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

    /** What this driver or GPU does not know is left out; what could not be asked is null, which {@code unknown} explains. */
    private static void put(Map<String, Object> to, String name, Nvml.Query<?> query) {
        try {
            Object value = Nvml.orNull(query);
            if (value != null) {
                to.put(name, value);
            }
        } catch (NvmlException e) {
            to.put(name, null);
            to.merge("unknown", e.getMessage(), (before, now) -> before + "; " + now);
        }
    }

    @Override
    public GpuGuard guard(GpuUse use) {
        try {
            List<EngineGpu> gpus = machine().usedBy(nvml(), use);
            boolean all = use.count() == null || gpus.size() >= use.count();
            List<String> leftOut =
                    all && !gpus.isEmpty() ? List.of() : machine().leftOut();
            String unwatched =
                    leftOut.isEmpty() ? null : "not all of the engine's GPUs are known: " + String.join("; ", leftOut);
            if (gpus.isEmpty()) {
                return unwatched == null ? GpuGuard.NONE : GpuGuard.unwatched(unwatched);
            }
            return NvmlGuard.watch(gpus, unwatched);
        } catch (NvmlException e) {
            return GpuGuard.unwatched(e.getMessage());
        }
    }
}
