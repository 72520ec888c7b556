package io.dyno.result;

import io.dyno.Bench;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Metric;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.InForce;
import io.dyno.stats.Estimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a point: one entry of results.json, one row of the closing table.
 *
 * @param point the point's id
 * @param benchmark the class's name
 * @param bench what was measured
 * @param params what sweeps, and what {@code -p} named
 * @param settings all that was asked for
 * @param inForce what the engine of the first fork really used, as far as it told
 * @param inForceVaries sizes that each start measures, where the forks' engines found different ones: name to one value a fork
 * @param engine {@code vllm}, {@code sim}, {@code remote}, or null when none became ready
 * @param engineVersion its version, or null
 * @param simulated whether nothing was measured
 * @param gpus GPUs of the engine, or null
 * @param tokenSource how the engine told how many tokens there were: an id of {@link io.dyno.metrics.TokenSource}, or null when not known
 * @param urls where it answered, when somebody else started it; else empty
 * @param unknown what cannot be known of the engine: name to reason
 * @param status how it ended
 * @param failure why it failed, or null
 * @param reason in words why it is void, skipped or interrupted, else null
 * @param profile what it is a profile of, when its numbers come from under a profiler that slows the engine down and are no scores; null for
 *     what was measured
 * @param suspects reasons to doubt it, each {@code code: text}
 * @param requests its scored requests
 * @param slo the objectives and how they were met, or null
 * @param identity what must be the same for numbers to be compared
 * @param prompts what became of the prompts in all forks together, or null when none was made
 * @param primary name of the primary metric
 * @param metrics by name, the primary first
 * @param windows how its measurement windows fared
 */
public record PointResult(
        String point,
        String benchmark,
        Bench bench,
        Map<String, String> params,
        Map<String, Object> settings,
        InForce inForce,
        Map<String, List<String>> inForceVaries,
        String engine,
        String engineVersion,
        boolean simulated,
        Integer gpus,
        String tokenSource,
        List<String> urls,
        Map<String, String> unknown,
        Status status,
        Failure failure,
        String reason,
        Profile profile,
        List<String> suspects,
        Requests requests,
        Slo slo,
        Identity identity,
        JournalEvent.PromptUse prompts,
        String primary,
        Map<String, MetricResult> metrics,
        WindowCounts windows) {

    public PointResult {
        suspects = List.copyOf(suspects);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** Where the engine did not do what it was asked. */
    public List<InForce.Difference> differences() {
        return inForce.differences(settings);
    }

    /** The primary metric's result, or null when no window was completed. */
    public MetricResult score() {
        return metrics.get(primary);
    }

    /** The bench's name in files and in print: {@code serve}. */
    public String benchId() {
        return bench.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The name in foreign formats, which have no place for marks: {@code com.acme.ChatCapacity.serve}, with {@code [sim]} when nothing was
     * measured and {@code [profiled:torch]} when that profiler slowed the engine down.
     */
    public String foreignName() {
        return benchmark + "." + benchId() + (simulated ? "[sim]" : "")
                + (profiled() ? "[profiled:" + profile.profiler() + "]" : "");
    }

    /** Whether its numbers come from under a profiler that slows the engine down. Such a result is an entry of its own, never a score. */
    public boolean profiled() {
        return profile != null;
    }

    /**
     * What profiled a point.
     *
     * @param profiler the profiler's short name
     * @param files what it wrote, relative to the run's folder
     */
    public record Profile(String profiler, List<String> files) {
        public Profile {
            files = List.copyOf(files);
        }
    }

    /**
     * Scored requests: due in the windows that score.
     *
     * @param scored all of them, failed ones too
     * @param failed how many failed, by class
     */
    public record Requests(int scored, Map<FailureClass, Integer> failed) {}

    /**
     * Service-level objectives.
     *
     * @param limits the limits
     * @param share share of the scored requests that met them, or null when none ended well
     * @param met whether the share reaches the attainment asked for; null when there is no share
     */
    public record Slo(SloLimits limits, Double share, Boolean met) {}

    /**
     * What must be the same for numbers to be compared.
     *
     * @param model the model's name, or null
     * @param revision the model's commit, or null
     * @param datasetHash hash of the prompts' source, or null
     * @param gpuNames names of the GPUs
     * @param engineBuild version and build of the engine, or null
     */
    public record Identity(
            String model, String revision, String datasetHash, List<String> gpuNames, String engineBuild) {}

    /**
     * Windows that scored or were to, and those before them.
     *
     * @param warmups warm-up windows of each fork, as planned; they score nothing
     * @param total all that were to score
     * @param suspect those whose numbers stand with a mark
     * @param voided those whose numbers are not used
     */
    public record WindowCounts(int warmups, int total, int suspect, int voided) {}

    /**
     * One metric of a point.
     *
     * @param metric name, unit and direction
     * @param estimate its mean over forks
     * @param percentiles by percent as text ({@code "99"}); empty for what has no samples
     * @param raw one list a fork of one number an iteration, null where it is void or has none
     */
    public record MetricResult(
            Metric metric, Estimate estimate, Map<String, PercentileResult> percentiles, List<List<Double>> raw) {
        public MetricResult {
            percentiles = Collections.unmodifiableMap(new LinkedHashMap<>(percentiles));
            List<List<Double>> copy = new ArrayList<>();
            raw.forEach(fork -> copy.add(Collections.unmodifiableList(new ArrayList<>(fork))));
            raw = Collections.unmodifiableList(copy);
        }
    }

    /**
     * A percentile of a metric.
     *
     * @param estimate mean of the forks' percentiles
     * @param raw one a fork, over all samples of its scored windows; null where there are none
     * @param samples samples of the fork that has fewest, 0 when there are none
     * @param floor samples that this percentile needs, {@link io.dyno.metrics.Percentile#floor}
     */
    public record PercentileResult(Estimate estimate, List<Double> raw, int samples, int floor) {
        public PercentileResult {
            raw = Collections.unmodifiableList(new ArrayList<>(raw));
        }

        /** Whether there are too few samples for it: the number stands, with a mark. */
        public boolean fewSamples() {
            return estimate.score() != null && samples < floor;
        }
    }
}
