package io.dyno.profilers.vllm;

import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.profile.ProfilerResult;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What was read in one window, first and last at its edges; turned into results. Pure. */
final class WindowReadings {
    private static final String WHY_NO_PAGE = "the engine's counters were read fewer than two times in this window";
    private static final String WHY_NO_EDGE = "the engine's counters could not be read at an edge of this window";
    private static final String RESET =
            " went backwards in this window, or came and went: a server was started anew, or another one answers";
    private static final String IDLE = "an offline engine tells between batches only, when it has nothing to do";

    private final Window.Kind kind;
    private final int iteration;
    private final boolean underLoad;
    private final Set<String> seen = new HashSet<>();
    private final Map<Gauge, DoubleSummaryStatistics> levels = new EnumMap<>(Gauge.class);
    private final CounterGrowth growth = new CounterGrowth();
    private int pages;
    private boolean firstMissed;
    private boolean edgeMissed;
    private String lastFailure;

    /** What is read of a gauge in each page. */
    private enum Gauge {
        RUNNING("vllm:num_requests_running"),
        WAITING("vllm:num_requests_waiting"),
        KV_CACHE("vllm:kv_cache_usage_perc"),
        /** Of several engines the fullest: a mean would hide it. */
        KV_CACHE_OF_FULLEST("vllm:kv_cache_usage_perc");

        private final String sample;

        Gauge(String sample) {
            this.sample = sample;
        }

        private OptionalDouble read(MetricsPage page) {
            return switch (this) {
                case RUNNING, WAITING -> page.sum(sample);
                case KV_CACHE -> page.mean(sample);
                case KV_CACHE_OF_FULLEST -> page.max(sample);
            };
        }
    }

    /**
     * Of one window.
     *
     * @param underLoad whether pages are read while the engine works, so that gauges mean something
     */
    WindowReadings(Window.Kind kind, int iteration, boolean underLoad) {
        this.kind = kind;
        this.iteration = iteration;
        this.underLoad = underLoad;
    }

    /** A reading. */
    void add(MetricsPage page) {
        pages++;
        edgeMissed = firstMissed;
        seen.addAll(page.names());
        growth.add(page);
        for (Gauge gauge : Gauge.values()) {
            gauge.read(page).ifPresent(value -> levels.computeIfAbsent(gauge, key -> new DoubleSummaryStatistics())
                    .accept(value));
        }
    }

    /** A reading that failed. Where it was the first or the last one, growth over the whole window is not known. */
    void failed(String why) {
        lastFailure = why;
        firstMissed |= pages == 0;
        edgeMissed = true;
    }

    /** All results of the window; what the engine does not tell is null with the reason. */
    List<ProfilerResult> results() {
        List<ProfilerResult> results = new ArrayList<>();
        gauge(results, level("requests_running", "requests"), 1, Gauge.RUNNING, DoubleSummaryStatistics::getAverage);
        gauge(results, level("requests_waiting", "requests"), 1, Gauge.WAITING, DoubleSummaryStatistics::getAverage);
        gauge(results, level("kv_cache_usage", "%"), 100, Gauge.KV_CACHE, DoubleSummaryStatistics::getAverage);
        gauge(
                results,
                level("kv_cache_usage_max", "%"),
                100,
                Gauge.KV_CACHE_OF_FULLEST,
                DoubleSummaryStatistics::getMax);
        count(results, "preemptions", "count", Direction.LOWER, "vllm:num_preemptions_total");
        count(results, "prompt_tokens", "tokens", Direction.NONE, "vllm:prompt_tokens_total");
        count(results, "generation_tokens", "tokens", Direction.NONE, "vllm:generation_tokens_total");
        ratio(
                results,
                new Metric("vllm.prefix_cache_hit_rate", "%", Direction.HIGHER),
                100,
                "vllm:prefix_cache_hits_total",
                "vllm:prefix_cache_queries_total",
                "no prompt token was looked up in this window");
        meanTime(results, "queue_time", "vllm:request_queue_time_seconds");
        meanTime(results, "prefill_time", "vllm:request_prefill_time_seconds");
        meanTime(results, "decode_time", "vllm:request_decode_time_seconds");
        ratio(
                results,
                new Metric("vllm.spec_decode_acceptance_rate", "%", Direction.HIGHER),
                100,
                "vllm:spec_decode_num_accepted_tokens_total",
                "vllm:spec_decode_num_draft_tokens_total",
                "no token was drafted in this window");
        return results;
    }

    /** Its readings, summarised over the window. */
    private void gauge(
            List<ProfilerResult> results,
            Metric metric,
            double scale,
            Gauge gauge,
            ToDoubleFunction<DoubleSummaryStatistics> summary) {
        DoubleSummaryStatistics read = levels.get(gauge);
        if (!underLoad) {
            results.add(result(MetricValue.absent(metric, IDLE)));
        } else if (read == null) {
            results.add(result(MetricValue.absent(metric, whyNot(gauge.sample))));
        } else {
            results.add(result(MetricValue.of(metric, scale * summary.applyAsDouble(read))));
        }
    }

    private static Metric level(String name, String unit) {
        return new Metric("vllm." + name, unit, Direction.NONE);
    }

    private void count(List<ProfilerResult> results, String name, String unit, Direction direction, String counter) {
        Metric metric = new Metric("vllm." + name, unit, direction);
        OptionalDouble grown = growth(counter);
        results.add(
                grown.isEmpty()
                        ? result(MetricValue.absent(metric, whyNot(counter)))
                        : result(MetricValue.of(metric, grown.getAsDouble())));
    }

    private void meanTime(List<ProfilerResult> results, String name, String histogram) {
        ratio(
                results,
                new Metric("vllm." + name, "ms", Direction.LOWER),
                1000,
                histogram + "_sum",
                histogram + "_count",
                "no request finished in this window");
    }

    private void ratio(
            List<ProfilerResult> results,
            Metric metric,
            double scale,
            String numerator,
            String denominator,
            String whenNothing) {
        OptionalDouble above = growth(numerator);
        OptionalDouble below = growth(denominator);
        if (above.isEmpty() || below.isEmpty()) {
            results.add(result(MetricValue.absent(metric, whyNot(above.isEmpty() ? numerator : denominator))));
        } else if (below.getAsDouble() == 0) {
            results.add(result(MetricValue.absent(metric, whenNothing)));
        } else {
            results.add(result(MetricValue.of(metric, scale * above.getAsDouble() / below.getAsDouble())));
        }
    }

    /** How often requests lost their place in the KV cache in this window; empty when that is not known. */
    OptionalDouble preemptions() {
        return growth("vllm:num_preemptions_total");
    }

    private OptionalDouble growth(String counter) {
        return edgeMissed ? OptionalDouble.empty() : growth.of(counter);
    }

    private String whyNot(String sample) {
        if (pages > 0 && !seen.contains(sample)) {
            return "this engine does not give " + sample;
        }
        if (growth.wasReset(sample)) {
            return sample + RESET;
        }
        return (pages < 2 ? WHY_NO_PAGE : WHY_NO_EDGE) + (lastFailure == null ? "" : ": " + lastFailure);
    }

    private ProfilerResult result(MetricValue value) {
        return new ProfilerResult(kind, iteration, value);
    }
}
