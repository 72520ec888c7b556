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
import java.util.Locale;
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
    static final Metric ABOVE_IDLE_UNCERTAINTY = new Metric("nvml.energy_above_idle_uncertainty", "%", NONE);
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
    private final IdlePower idle;
    private final String lost;
    private final CounterPower counted;
    private final List<MetricValue> values = new ArrayList<>();

    /**
     * For one window.
     *
     * @param begin when it began, as {@link System#nanoTime} counts
     * @param samples what was sampled around it
     * @param result what its requests yielded, or null when that is not known
     * @param rateSeconds what its rates are per
     * @param idle power of the GPUs before the engine's start, or null when it was not measured
     * @param lost why sampling ended before the window did, or null
     */
    WindowFigures(
            Window window,
            long begin,
            WindowSamples samples,
            WindowResult result,
            double rateSeconds,
            IdlePower idle,
            String lost) {
        long end = begin + window.end() - window.start();
        this.window = window;
        this.samples = samples.between(begin, end);
        this.counted = samples.counterPower(begin, end);
        this.result = result;
        this.rateSeconds = rateSeconds;
        this.idle = idle;
        this.lost = lost;
    }

    List<ProfilerResult> results() {
        List<Double> watts = samples.sampledWatts();
        OptionalDouble mean = watts.stream().mapToDouble(Double::doubleValue).average();
        add(POWER, GpuSample.POWER, mean, 1);
        energy(watts);
        add(
                UTILIZATION,
                GpuSample.UTILIZATION,
                samples.mean(GpuSample::utilization, NvmlDevice.Utilization::gpuPercent),
                1);
        add(MEMORY, GpuSample.MEMORY, samples.highestUsedBytes(), 1 / MEBIBYTE);
        add(TEMPERATURE, GpuSample.TEMPERATURE, samples.max(GpuSample::temperatureCelsius, Integer::doubleValue), 1);
        add(SM_CLOCK, GpuSample.CLOCKS, samples.mean(GpuSample::smMegahertz, Integer::doubleValue), 1);
        add(MEMORY_CLOCK, GpuSample.CLOCKS, samples.mean(GpuSample::memoryMegahertz, Integer::doubleValue), 1);
        add(
                THROTTLED,
                GpuSample.REASONS,
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
        String absent = lost == null ? counted.absent() : ended();
        Double joules = absent == null ? counted.watts() * window.seconds() : null;
        Double uncertainty = joules == null ? null : uncertainty(joules, watts);
        add(ENERGY, joules, absent);
        add(UNCERTAINTY, uncertainty, absent);
        ratio(PER_TOKEN, joules, count(MetricNames.OUTPUT_THROUGHPUT), absent);
        ratio(PER_REQUEST, joules, count(MetricNames.REQUEST_THROUGHPUT), absent);
        inverse(TOKENS_PER_JOULE, count(MetricNames.OUTPUT_THROUGHPUT), joules, absent);
        String noIdle = idle == null ? "idle power was not measured before the engine's start" : null;
        add(IDLE_POWER, idle == null ? null : Double.valueOf(idle.watts()), noIdle);
        aboveIdle(joules, uncertainty, absent != null ? absent : noIdle);
    }

    /** A difference of two figures has the errors of both: where these are larger than it, it says nothing. */
    private void aboveIdle(Double joules, Double uncertainty, String noFigure) {
        Double above = noFigure == null ? joules - idle.watts() * window.seconds() : null;
        Double bound = above == null ? null : joules * uncertainty / 100 + idle.boundWatts() * window.seconds();
        String why = noFigure;
        if (above != null && bound >= above) {
            why = String.format(
                    Locale.ROOT, "%.1f J above idle power are less than their own uncertainty of %.1f J", above, bound);
            above = null;
        }
        add(ENERGY_ABOVE_IDLE, above, why);
        add(ABOVE_IDLE_UNCERTAINTY, above == null ? null : Double.valueOf(100 * bound / above), why);
        ratio(PER_TOKEN_ABOVE_IDLE, above, count(MetricNames.OUTPUT_THROUGHPUT), why);
        ratio(PER_REQUEST_ABOVE_IDLE, above, count(MetricNames.REQUEST_THROUGHPUT), why);
    }

    private double uncertainty(double joules, List<Double> watts) {
        return EnergyUncertainty.percent(
                window.seconds(), joules, counted.lateSeconds(), PowerSpread.of(watts, counted.watts()));
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

    private void add(Metric metric, String about, OptionalDouble value, double scale) {
        boolean whole = lost == null && value.isPresent();
        add(metric, whole ? value.getAsDouble() * scale : null, lost == null ? untold(about) : ended());
    }

    private String untold(String about) {
        return samples.isEmpty()
                ? "no sample fell into the window"
                : samples.failure(about).orElse("this GPU or its driver does not tell it");
    }

    private void add(Metric metric, Double value, String whyAbsent) {
        values.add(value == null ? MetricValue.absent(metric, whyAbsent) : MetricValue.of(metric, value));
    }

    /** What was sampled before that is of a part of the window only. */
    private String ended() {
        return "sampling ended: " + lost;
    }
}
