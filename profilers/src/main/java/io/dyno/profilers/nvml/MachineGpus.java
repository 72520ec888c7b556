package io.dyno.profilers.nvml;

import io.dyno.engine.GpuProbe.Gpu;
import io.dyno.engine.GpuUse;
import io.dyno.engine.VisibleDevices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The GPUs of this machine that a process may open, in PCI bus order, each at the place that CUDA gives it: one that this user may not open counts
 * for neither. Listed once and kept, so that a GPU that is lost later is missed and not passed over.
 *
 * @param devices those that could be opened
 * @param listed the same as they are listed for the user
 * @param leftOut why others could not, a line each; without those that this user may not open
 */
record MachineGpus(List<NvmlDevice> devices, List<Gpu> listed, List<String> leftOut) {
    /**
     * Lists them.
     *
     * @throws NvmlException when not even their number can be told
     */
    static MachineGpus of(Nvml nvml) throws NvmlException {
        List<NvmlDevice> devices = new ArrayList<>();
        List<Gpu> listed = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        int count = nvml.count();
        for (int i = 0; i < count; i++) {
            try {
                NvmlDevice device = nvml.byIndex(i);
                listed.add(describe(devices.size(), device));
                devices.add(device);
            } catch (NvmlException e) {
                if (e.code() != NvmlConstants.NVML_ERROR_NO_PERMISSION) {
                    leftOut.add("NVML's GPU " + i + ": " + e.getMessage());
                }
            }
        }
        return new MachineGpus(List.copyOf(devices), List.copyOf(listed), List.copyOf(leftOut));
    }

    /** Why there is nothing to be asked; empty where there is a GPU. */
    Optional<String> unusable() {
        return devices.isEmpty()
                ? Optional.of("NVML finds no GPU"
                        + leftOut.stream().map(why -> "; " + why).collect(Collectors.joining()))
                : Optional.empty();
    }

    private static Gpu describe(int index, NvmlDevice device) throws NvmlException {
        Questions questions = new Questions();
        return new Gpu(
                index,
                questions.ask("uuid", device::uuid),
                questions.ask("name", device::name),
                questions.ask("memory", () -> device.memory().totalBytes()));
    }

    /** Those that an engine uses: of the ones that it sees, the first. */
    List<EngineGpu> usedBy(Nvml nvml, GpuUse use) {
        Map<String, List<String>> slicesOf = new LinkedHashMap<>();
        List<Integer> places = VisibleDevices.places(listed, use.visibleDevices(), mig -> {
            String parent = parentOfMig(nvml, mig);
            if (parent != null) {
                slicesOf.computeIfAbsent(parent, uuid -> new ArrayList<>()).add(mig);
            }
            return parent;
        });
        List<EngineGpu> used = new ArrayList<>();
        for (int place : places) {
            if (use.count() != null && used.size() == use.count()) {
                break;
            }
            String uuid = listed.get(place).uuid();
            NvmlDevice device = devices.get(place);
            used.add(new EngineGpu(
                    used.size(), uuid, device, slices(nvml, device, slicesOf.getOrDefault(uuid, List.of()))));
        }
        return used;
    }

    /** The MIG devices of these names; without names the first of a GPU that is cut up, as CUDA takes it. */
    private static List<NvmlDevice> slices(Nvml nvml, NvmlDevice device, List<String> names) {
        List<NvmlDevice> slices = new ArrayList<>();
        try {
            for (String name : names) {
                slices.add(nvml.byUuid(name));
            }
            if (names.isEmpty() && Boolean.TRUE.equals(Nvml.orNull(device::migEnabled))) {
                device.firstMigDevice().ifPresent(slices::add);
            }
            return slices;
        } catch (NvmlException e) {
            return List.of(); // the whole GPU then, with its neighbours
        }
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
