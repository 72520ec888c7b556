package io.dyno.profilers.nvml;

import static io.dyno.metrics.Direction.HIGHER;
import static io.dyno.metrics.Direction.LOWER;
import static io.dyno.metrics.Direction.NONE;

import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.ProfilerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The results of one window, from its samples and from what its requests yielded. Pure. */
final class WindowFigures {
    static final Metric POWER = new Metric("gpu_power", "W", NONE);
    static final Metric ENERGY = new Metric("energy", "J", LOWER);
    static final Metric UNCERTAINTY = MetricNames.ENERGY_UNCERTAINTY;
    static final Metric PER_TOKEN = MetricNames.JOULES_PER_OUTPUT_TOKEN;
    static final Metric PER_REQUEST = new Metric("joules_per_request", "J/req", LOWER);
    static final Metric TOKENS_PER_JOULE = new Metric("tokens_per_joule", "tok/J", HIGHER);
    static final Metric IDLE_POWER = new Metric("nvml.idle_power", "W", NONE);
    static final Metric ENERGY_ABOVE_IDLE = new Metric("nvml.energy_above_idle", "J", LOWER);
    static final Metric PER_TOKEN_ABOVE_IDLE = new Metric("nvml.joules_per_output_token_above_idle", "J/tok", LOWER);
    static final Metric PER_REQUEST_ABOVE_IDLE = new Metric("nvml.joules_per_request_above_idle", "J/req", LOWER);
    static final Metric UTILIZATION = new Metric("gpu_utilization", "%", NONE);
    static final Metric MEMORY = new Metric("gpu_memory", "MiB", NONE);
    static final Metric TEMPERATURE = new Metric("nvml.temperature_max", "°C", NONE);
    static final Metric SM_CLOCK = new Metric("nvml.sm_clock", "MHz", NONE);
    static final Metric MEMORY_CLOCK = new Metric("nvml.memory_clock", "MHz", NONE);
    static final Metric THROTTLED = new Metric("throttled", "%", LOWER);

    private static final double MEBIBYTE = 1 << 20;

    private final Window window;
    private final WindowSamples samples;
    private final WindowResult result;
    private final double rateSeconds;
    private final Double idleWatts;
    private final String lost;
    private final List<MetricValue> values = new ArrayList<>();

    /**
     * For one window.
     *
     * @param result what its requests yielded, or null when that is not known
     * @param rateSeconds what its rates are per
     * @param idleWatts power of the GPUs before the engine's start, or null when it was not measured
     * @param lost why sampling ended before the window did, or null
     */
    WindowFigures(
            Window window,
            WindowSamples samples,
            WindowResult result,
            double rateSeconds,
            Double idleWatts,
            String lost) {
        this.window = window;
        this.samples = samples;
        this.result = result;
        this.rateSeconds = rateSeconds;
        this.idleWatts = idleWatts;
        this.lost = lost;
    }

    List<ProfilerResult> results() {
        List<Double> watts = samples.sampledWatts();
        OptionalDouble mean = watts.stream().mapToDouble(Double::doubleValue).average();
        add(POWER, mean, 1);
        energy(watts);
        add(UTILIZATION, samples.mean(GpuSample::utilization, NvmlDevice.Utilization::gpuPercent), 1);
        add(MEMORY, samples.highestUsedBytes(), 1 / MEBIBYTE);
        add(TEMPERATURE, samples.max(GpuSample::temperatureCelsius, Integer::doubleValue), 1);
        add(SM_CLOCK, samples.mean(GpuSample::smMegahertz, Integer::doubleValue), 1);
        add(MEMORY_CLOCK, samples.mean(GpuSample::memoryMegahertz, Integer::doubleValue), 1);
        add(
                THROTTLED,
                samples.mean(
                        GpuSample::reasons,
                        reasons -> reasons.stream().anyMatch(reason -> reason.kind() == ClockEventReason.Kind.THROTTLE)
                                ? 100
                                : 0),
                1);
        return values.stream()
                .map(value -> new ProfilerResult(window.kind(), window.iteration(), value))
                .toList();
    }

    private void energy(List<Double> watts) {
        Double power = lost == null ? samples.counterWatts() : null;
        String absent = power == null
                ? absent("a GPU has no energy counter (it needs Volta or newer, and its driver), or it began anew")
                : power == 0 ? "the energy counter did not move in this window" : null;
        Double joules = absent == null ? power * window.seconds() : null;
        add(ENERGY, joules, absent);
        add(UNCERTAINTY, joules == null ? null : uncertainty(joules, power, watts), absent);
        ratio(PER_TOKEN, joules, count(MetricNames.OUTPUT_THROUGHPUT), absent);
        ratio(PER_REQUEST, joules, count(MetricNames.REQUEST_THROUGHPUT), absent);
        inverse(TOKENS_PER_JOULE, count(MetricNames.OUTPUT_THROUGHPUT), joules, absent);
        String noIdle = idleWatts == null ? "idle power was not measured before the engine's start" : null;
        add(IDLE_POWER, idleWatts, noIdle);
        String why = absent != null ? absent : noIdle;
        Double above = why == null ? joules - idleWatts * window.seconds() : null;
        add(ENERGY_ABOVE_IDLE, above, why);
        ratio(PER_TOKEN_ABOVE_IDLE, above, count(MetricNames.OUTPUT_THROUGHPUT), why);
        ratio(PER_REQUEST_ABOVE_IDLE, above, count(MetricNames.REQUEST_THROUGHPUT), why);
    }

    private double uncertainty(double joules, double power, List<Double> watts) {
        double mean = watts.stream().mapToDouble(Double::doubleValue).average().orElse(power);
        double highest = watts.stream().mapToDouble(Double::doubleValue).max().orElse(power);
        double variance = watts.stream()
                .mapToDouble(w -> (w - mean) * (w - mean))
                .average()
                .orElse(0);
        return EnergyUncertainty.percent(window.seconds(), joules, highest, mean, Math.sqrt(variance));
    }

    /** How many tokens or requests there were; null when it is not known or there were none. */
    private Double count(Metric rate) {
        Double perSecond = result == null ? null : result.score(rate);
        return perSecond == null || perSecond * rateSeconds == 0 ? null : Double.valueOf(perSecond * rateSeconds);
    }

    private void ratio(Metric metric, Double joules, Double count, String absent) {
        add(metric, joules == null || count == null ? null : joules / count, absent == null ? NOTHING_DONE : absent);
    }

    private void inverse(Metric metric, Double count, Double joules, String absent) {
        add(metric, joules == null || count == null ? null : count / joules, absent == null ? NOTHING_DONE : absent);
    }

    private static final String NOTHING_DONE = "no request ended well in the window, or nobody counted its tokens";

    private void add(Metric metric, OptionalDouble value, double scale) {
        add(
                metric,
                value.isPresent() ? value.getAsDouble() * scale : null,
                absent("this GPU or its driver does not tell it, or no sample fell into the window"));
    }

    private void add(Metric metric, Double value, String whyAbsent) {
        values.add(value == null ? MetricValue.absent(metric, whyAbsent) : MetricValue.of(metric, value));
    }

    private String absent(String otherwise) {
        return lost == null ? otherwise : "sampling ended: " + lost;
    }
}
