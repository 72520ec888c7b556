package io.dyno.profilers.vllm;

import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.profile.ProfilerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** The pages read in one window, the first and the last at its edges; turned into results. Pure. */
final class WindowReadings {
    private static final String WHY_NO_PAGE = "the engine's counters were read fewer than two times in this window";
    private static final String IDLE = "an offline engine tells between batches only, when it has nothing to do";

    private final Window.Kind kind;
    private final int iteration;
    private final boolean underLoad;
    private final List<MetricsPage> pages = new ArrayList<>();

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

    void add(MetricsPage page) {
        pages.add(page);
    }

    /** All results of the window; what the engine does not tell is null with the reason. */
    List<ProfilerResult> results() {
        List<ProfilerResult> results = new ArrayList<>();
        gauge(
                results,
                level("requests_running", "requests"),
                1,
                "vllm:num_requests_running",
                MetricsPage::sum,
                DoubleStream::average);
        gauge(
                results,
                level("requests_waiting", "requests"),
                1,
                "vllm:num_requests_waiting",
                MetricsPage::sum,
                DoubleStream::average);
        gauge(
                results,
                level("kv_cache_usage", "%"),
                100,
                "vllm:kv_cache_usage_perc",
                MetricsPage::mean,
                DoubleStream::average);
        gauge(
                results,
                level("kv_cache_usage_max", "%"),
                100,
                "vllm:kv_cache_usage_perc",
                MetricsPage::mean,
                DoubleStream::max);
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

    /** A reading of each page, summarised over the window. */
    private void gauge(
            List<ProfilerResult> results,
            Metric metric,
            double scale,
            String sample,
            BiFunction<MetricsPage, String, OptionalDouble> read,
            Function<DoubleStream, OptionalDouble> summary) {
        OptionalDouble value = summary.apply(pages.stream()
                .map(page -> read.apply(page, sample))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble));
        if (!underLoad) {
            results.add(result(MetricValue.absent(metric, IDLE)));
        } else if (value.isEmpty()) {
            results.add(none(metric, sample));
        } else {
            results.add(result(MetricValue.of(metric, scale * value.getAsDouble())));
        }
    }

    private static Metric level(String name, String unit) {
        return new Metric("vllm." + name, unit, Direction.NONE);
    }

    private void count(List<ProfilerResult> results, String name, String unit, Direction direction, String counter) {
        Metric metric = new Metric("vllm." + name, unit, direction);
        OptionalDouble grown = growth(counter);
        results.add(grown.isEmpty() ? none(metric, counter) : result(MetricValue.of(metric, grown.getAsDouble())));
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
            results.add(none(metric, above.isEmpty() ? numerator : denominator));
        } else if (below.getAsDouble() == 0) {
            results.add(result(MetricValue.absent(metric, whenNothing)));
        } else {
            results.add(result(MetricValue.of(metric, scale * above.getAsDouble() / below.getAsDouble())));
        }
    }

    /** How many requests lost their place in the KV cache in this window, as far as is known. */
    double preemptions() {
        return growth("vllm:num_preemptions_total").orElse(0);
    }

    /** How much a counter grew from the first page to the last. A counter that shrank was reset in between: no growth is known. */
    private OptionalDouble growth(String counter) {
        if (pages.size() < 2) {
            return OptionalDouble.empty();
        }
        OptionalDouble first = pages.get(0).sum(counter);
        OptionalDouble last = pages.get(pages.size() - 1).sum(counter);
        if (first.isEmpty() || last.isEmpty() || last.getAsDouble() < first.getAsDouble()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(last.getAsDouble() - first.getAsDouble());
    }

    private ProfilerResult none(Metric metric, String sample) {
        boolean absent = !pages.isEmpty()
                && pages.stream().allMatch(page -> page.sum(sample).isEmpty());
        return result(MetricValue.absent(metric, absent ? "this engine does not give " + sample : WHY_NO_PAGE));
    }

    private ProfilerResult result(MetricValue value) {
        return new ProfilerResult(kind, iteration, value);
    }
}
