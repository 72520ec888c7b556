package io.dyno.profilers.nvml;

import io.dyno.profilers.nvml.NvmlDevice.EccErrors;
import io.dyno.profilers.nvml.NvmlDevice.GpuProcess;
import io.dyno.profilers.nvml.NvmlDevice.MemoryUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a GPU fares at one moment; null for what its driver does not tell.
 *
 * @param reasons why its clocks are what they are
 * @param ecc memory errors since the driver was loaded
 * @param processes who computes on it, or on the engine's slice of it
 * @param memory its memory, or the slice's
 * @param powerLimitMilliwatts the limit in force
 * @param defaultPowerLimitMilliwatts the limit that it boots with
 * @param failed NVML's words for questions that failed, by the names below
 * @param lost NVML's words when the GPU is gone and all else is null; else null
 */
record GuardReading(
        Set<ClockEventReason> reasons,
        EccErrors ecc,
        List<GpuProcess> processes,
        MemoryUse memory,
        Integer powerLimitMilliwatts,
        Integer defaultPowerLimitMilliwatts,
        Map<String, String> failed,
        String lost) {

    static final String CLOCKS = "clocks";
    static final String ERRORS = "memory errors";
    static final String PROCESSES = "processes";
    static final String MEMORY = "memory";
    static final String POWER_LIMIT = "power limit";

    /** Of a GPU whose driver tells nothing of all that: what is not known is not doubted. */
    static final GuardReading NOTHING = new GuardReading(null, null, null, null, null, null, Map.of(), null);

    /** Asks a GPU. A question that fails costs no other its answer. */
    static GuardReading of(EngineGpu gpu) {
        NvmlDevice device = gpu.device();
        Questions questions = new Questions();
        try {
            return new GuardReading(
                    questions.ask(CLOCKS, device::clockEventReasons),
                    questions.ask(ERRORS, device::eccErrors),
                    questions.ask(PROCESSES, () -> processes(gpu.own())),
                    questions.ask(MEMORY, () -> memory(gpu.own())),
                    questions.ask(POWER_LIMIT, device::enforcedPowerLimitMilliwatts),
                    questions.ask(POWER_LIMIT, device::defaultPowerLimitMilliwatts),
                    questions.failed(),
                    null);
        } catch (NvmlException e) {
            return lost(e.getMessage());
        }
    }

    private static List<GpuProcess> processes(List<NvmlDevice> parts) throws NvmlException {
        List<GpuProcess> processes = new ArrayList<>();
        for (NvmlDevice part : parts) {
            processes.addAll(part.computeProcesses());
        }
        return processes;
    }

    private static MemoryUse memory(List<NvmlDevice> parts) throws NvmlException {
        MemoryUse sum = parts.get(0).memory();
        for (NvmlDevice part : parts.subList(1, parts.size())) {
            sum = sum.plus(part.memory());
        }
        return sum;
    }

    static GuardReading lost(String words) {
        return new GuardReading(null, null, null, null, null, null, Map.of(), words);
    }
}
