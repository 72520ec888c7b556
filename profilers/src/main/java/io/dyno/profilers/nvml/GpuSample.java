package io.dyno.profilers.nvml;

import io.dyno.profilers.nvml.NvmlDevice.Clock;
import io.dyno.profilers.nvml.NvmlDevice.Utilization;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One GPU at one moment; null for what its driver does not tell.
 *
 * @param gpu its number, as the engine's CUDA counts
 * @param nanos when the energy counter was read, as {@link System#nanoTime} counts
 * @param energyMillijoules the energy counter
 * @param powerMilliwatts power draw, as NVML averages it
 * @param utilization how busy it is
 * @param temperatureCelsius of the die
 * @param smMegahertz clock of its multiprocessors
 * @param memoryMegahertz clock of its memory
 * @param usedBytes memory that is allocated
 * @param reasons why its clocks are what they are
 */
record GpuSample(
        int gpu,
        long nanos,
        Long energyMillijoules,
        Integer powerMilliwatts,
        Utilization utilization,
        Integer temperatureCelsius,
        Integer smMegahertz,
        Integer memoryMegahertz,
        Long usedBytes,
        Set<ClockEventReason> reasons) {

    /** Asks each GPU. */
    static List<GpuSample> of(List<EngineGpu> gpus) throws NvmlException {
        List<GpuSample> samples = new ArrayList<>();
        for (EngineGpu gpu : gpus) {
            samples.add(of(gpu));
        }
        return samples;
    }

    private static GpuSample of(EngineGpu gpu) throws NvmlException {
        NvmlDevice device = gpu.device();
        long before = System.nanoTime();
        Long energy = Nvml.orNull(device::totalEnergyMillijoules);
        long nanos = before + (System.nanoTime() - before) / 2;
        return new GpuSample(
                gpu.index(),
                nanos,
                energy,
                Nvml.orNull(device::powerMilliwatts),
                Nvml.orNull(device::utilization),
                Nvml.orNull(device::temperatureCelsius),
                Nvml.orNull(() -> device.clockMegahertz(Clock.SM)),
                Nvml.orNull(() -> device.clockMegahertz(Clock.MEMORY)),
                Nvml.orNull(() -> device.memory().usedBytes()),
                Nvml.orNull(device::clockEventReasons));
    }

    /** Mean power between two samples of one GPU by its energy counter, watts; null without a counter, or when it began anew. */
    static Double meanWatts(GpuSample first, GpuSample last) {
        if (first.energyMillijoules == null || last.energyMillijoules == null || last.nanos <= first.nanos) {
            return null;
        }
        long millijoules = last.energyMillijoules - first.energyMillijoules;
        return millijoules < 0 ? null : millijoules / 1e3 / ((last.nanos - first.nanos) / 1e9);
    }
}
