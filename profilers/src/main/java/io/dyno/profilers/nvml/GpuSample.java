package io.dyno.profilers.nvml;

import io.dyno.profilers.nvml.NvmlDevice.Clock;
import io.dyno.profilers.nvml.NvmlDevice.Utilization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One GPU at one moment; null for what its driver does not tell.
 *
 * @param gpu its number, as the engine's CUDA counts
 * @param nanos when the energy counter was read, as {@link System#nanoTime} counts: the middle of the question
 * @param halfNanos half of the time that the question took: the reading may be so much earlier or later
 * @param energyMillijoules the energy counter
 * @param powerMilliwatts power draw, as NVML averages it
 * @param utilization how busy it is
 * @param temperatureCelsius of the die
 * @param smMegahertz clock of its multiprocessors
 * @param memoryMegahertz clock of its memory
 * @param usedBytes memory that is allocated
 * @param reasons why its clocks are what they are
 * @param failed NVML's words for questions that failed, by the names below
 */
record GpuSample(
        int gpu,
        long nanos,
        long halfNanos,
        Long energyMillijoules,
        Integer powerMilliwatts,
        Utilization utilization,
        Integer temperatureCelsius,
        Integer smMegahertz,
        Integer memoryMegahertz,
        Long usedBytes,
        Set<ClockEventReason> reasons,
        Map<String, String> failed) {

    static final String ENERGY = "energy";
    static final String POWER = "power";
    static final String UTILIZATION = "utilisation";
    static final String TEMPERATURE = "temperature";
    static final String CLOCKS = "clocks";
    static final String MEMORY = "memory";
    static final String REASONS = "clock event reasons";

    /**
     * Asks each GPU; for their energy first, so that no other question comes between a window's edge and any counter.
     *
     * @throws NvmlException when one is lost
     */
    static List<GpuSample> of(List<EngineGpu> gpus) throws NvmlException {
        List<Energy> energies = new ArrayList<>();
        for (EngineGpu gpu : gpus) {
            energies.add(Energy.of(gpu.device()));
        }
        List<GpuSample> samples = new ArrayList<>();
        for (int i = 0; i < gpus.size(); i++) {
            samples.add(of(gpus.get(i), energies.get(i)));
        }
        return samples;
    }

    /** What was asked first. */
    private record Energy(Questions questions, Long millijoules, long nanos, long halfNanos) {
        static Energy of(NvmlDevice device) throws NvmlException {
            Questions questions = new Questions();
            long before = System.nanoTime();
            Long millijoules = questions.ask(ENERGY, device::totalEnergyMillijoules);
            long half = (System.nanoTime() - before) / 2;
            return new Energy(questions, millijoules, before + half, half);
        }
    }

    private static GpuSample of(EngineGpu gpu, Energy energy) throws NvmlException {
        NvmlDevice device = gpu.device();
        Questions questions = energy.questions();
        return new GpuSample(
                gpu.index(),
                energy.nanos(),
                energy.halfNanos(),
                energy.millijoules(),
                questions.ask(POWER, device::powerMilliwatts),
                questions.ask(UTILIZATION, device::utilization),
                questions.ask(TEMPERATURE, device::temperatureCelsius),
                questions.ask(CLOCKS, () -> device.clockMegahertz(Clock.SM)),
                questions.ask(CLOCKS, () -> device.clockMegahertz(Clock.MEMORY)),
                questions.ask(MEMORY, () -> device.memory().usedBytes()),
                questions.ask(REASONS, device::clockEventReasons),
                questions.failed());
    }

    /** How far the reading of the energy counter may be from a moment, ns. */
    long farFrom(long moment) {
        return Math.abs(nanos - moment) + halfNanos;
    }

    /** Growth of the energy counter between two samples of one GPU, mJ; both must have it. */
    static long growth(GpuSample first, GpuSample last) {
        return last.energyMillijoules - first.energyMillijoules;
    }

    /** Mean power between two samples of one GPU by its energy counter, watts; both must have it, at different times. */
    static double meanWatts(GpuSample first, GpuSample last) {
        return growth(first, last) / 1e3 / ((last.nanos - first.nanos) / 1e9);
    }
}
