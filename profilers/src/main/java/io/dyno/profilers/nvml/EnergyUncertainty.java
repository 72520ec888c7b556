package io.dyno.profilers.nvml;

/**
 * How far the energy of a stretch of time may be from the truth, as a bound in percent. Pure. Three parts are added:
 *
 * <ul>
 *   <li>edges: the counter is brought up to date about every 100 ms, so that up to that much is missing at either edge; and it was read so much
 *       before or after them;
 *   <li>the sensor: ±5 % of the power draw, which nvml.h states for Fermi and Kepler; for newer GPUs it states nothing;
 *   <li>sampling: A100 and H100 look at 25 of every 100 ms only (arXiv 2312.02741). As if each period were a sample drawn at random: two standard
 *       errors of the mean of so many, with the spread of the power that was sampled in the window. NVML averages power over a second on newer
 *       GPUs, which hides a part of that spread; a load that beats in step with the sensor is not covered.
 * </ul>
 */
final class EnergyUncertainty {
    /** Time between two updates of the counter, and between two looks of the sensor. */
    static final double STEP_SECONDS = 0.1;

    private static final double SENSOR_PERCENT = 5;

    private EnergyUncertainty() {}

    /**
     * The bound.
     *
     * @param seconds length of the stretch
     * @param joules its energy, above 0
     * @param lateSeconds how far the readings of the counter were from its edges, both added up
     * @param power what was sampled in it
     */
    static double percent(double seconds, double joules, double lateSeconds, PowerSpread power) {
        double edges = 100 * (STEP_SECONDS + lateSeconds) * power.highest() / joules;
        double periods = Math.max(1, seconds / STEP_SECONDS);
        double sampling = power.mean() > 0 ? 100 * 2 * power.deviation() / Math.sqrt(periods) / power.mean() : 0;
        return edges + SENSOR_PERCENT + sampling;
    }
}
