package io.dyno.profilers.nvml;

import io.dyno.profilers.nvml.NvmlDevice.EccErrors;
import io.dyno.profilers.nvml.NvmlDevice.GpuProcess;
import io.dyno.profilers.nvml.NvmlDevice.MemoryUse;
import java.util.List;
import java.util.Set;

/**
 * How a GPU fares at one moment; null for what its driver does not tell.
 *
 * @param reasons why its clocks are what they are
 * @param ecc memory errors since the driver was loaded
 * @param processes who computes on it
 * @param memory its memory
 * @param powerLimitMilliwatts the limit in force
 * @param defaultPowerLimitMilliwatts the limit that it boots with
 * @param lost NVML's words when the GPU is gone and all else is null; else null
 */
record GuardReading(
        Set<ClockEventReason> reasons,
        EccErrors ecc,
        List<GpuProcess> processes,
        MemoryUse memory,
        Integer powerLimitMilliwatts,
        Integer defaultPowerLimitMilliwatts,
        String lost) {

    /** Of a question that failed: what is not known is not doubted. */
    static final GuardReading NOTHING = new GuardReading(null, null, null, null, null, null, null);

    /** Asks a GPU. */
    static GuardReading of(NvmlDevice device) {
        try {
            return new GuardReading(
                    Nvml.orNull(device::clockEventReasons),
                    Nvml.orNull(device::eccErrors),
                    Nvml.orNull(device::computeProcesses),
                    Nvml.orNull(device::memory),
                    Nvml.orNull(device::enforcedPowerLimitMilliwatts),
                    Nvml.orNull(device::defaultPowerLimitMilliwatts),
                    null);
        } catch (NvmlException e) {
            return e.lost() ? lost(e.getMessage()) : NOTHING;
        }
    }

    static GuardReading lost(String words) {
        return new GuardReading(null, null, null, null, null, null, words);
    }
}
