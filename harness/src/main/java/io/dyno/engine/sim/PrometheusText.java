package io.dyno.engine.sim;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;

/** {@code /metrics}: vLLM's names, labels and buckets in the Prometheus text format. */
final class PrometheusText {
    private final SimConfig config;
    private final SimEngine engine;
    private final EngineMetrics metrics;
    private final String model;
    private final double created;
    private final StringBuilder text = new StringBuilder(32_768);

    private PrometheusText(SimConfig config, SimEngine engine, EngineMetrics metrics, String model, double created) {
        this.config = config;
        this.engine = engine;
        this.metrics = metrics;
        this.model = model;
        this.created = created;
    }

    /**
     * @param created when the engine started, seconds since the epoch
     */
    static String of(SimConfig config, SimEngine engine, EngineMetrics metrics, String model, double created) {
        PrometheusText page = new PrometheusText(config, engine, metrics, model, created);
        page.gauges();
        page.counters();
        page.lengths();
        page.times();
        page.info();
        return page.text.toString();
    }

    private void gauges() {
        gauge("num_requests_running", "Number of requests in model execution batches.", i -> scheduler(i)
                .running());
        gauge("num_requests_waiting", "Number of requests waiting to be processed.", i -> scheduler(i)
                .waiting());
        head("num_requests_waiting_by_reason", "Number of waiting requests by reason.", "gauge");
        each(i -> {
            sample(
                    "num_requests_waiting_by_reason",
                    i,
                    "reason",
                    "capacity",
                    scheduler(i).waiting());
            sample("num_requests_waiting_by_reason", i, "reason", "deferred", 0);
        });
        gauge(
                "kv_cache_usage_perc",
                "KV-cache usage. 1 means 100 percent usage.",
                i -> engine.replicas().get(i).cache().usage());
    }

    private void counters() {
        counter("prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens.", i -> scheduler(i)
                .counters()
                .prefixQueries);
        counter("prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens.", i -> scheduler(i)
                .counters()
                .prefixHits);
        counter("num_preemptions", "Cumulative number of preemption from the engine.", i -> scheduler(i)
                .counters()
                .preemptions);
        counter("prompt_tokens", "Number of prefill tokens processed.", i -> of(i).promptTokens);
        labelled(
                "prompt_tokens_by_source",
                "Number of prompt tokens by source.",
                List.of("local_compute", "local_cache_hit", "external_kv_transfer"),
                "source",
                (i, source) -> switch (source) {
                    case "local_compute" -> of(i).promptTokens - of(i).cachedPromptTokens;
                    case "local_cache_hit" -> of(i).cachedPromptTokens;
                    default -> 0;
                });
        counter(
                "prompt_tokens_cached",
                "Number of cached prompt tokens (local + external).",
                i -> of(i).cachedPromptTokens);
        counter("generation_tokens", "Number of generation tokens processed.", i -> of(i).generationTokens);
        labelled(
                "request_success",
                "Count of successfully processed requests.",
                List.of("stop", "length", "abort", "error", "repetition"),
                "finished_reason",
                (i, reason) -> of(i).finished.entrySet().stream()
                        .filter(e -> e.getKey().id().equals(reason))
                        .mapToLong(Map.Entry::getValue)
                        .sum());
    }

    private void lengths() {
        histogram("request_prompt_tokens", "Number of prefill tokens processed.", m -> m.promptLength);
        histogram("request_generation_tokens", "Number of generation tokens processed.", m -> m.generationLength);
        histogram("iteration_tokens_total", "Histogram of number of tokens per engine_step.", m -> m.stepTokens);
        histogram(
                "request_max_num_generation_tokens",
                "Histogram of maximum number of requested generation tokens.",
                m -> m.maxTokens);
        histogram("request_params_max_tokens", "Histogram of the max_tokens request parameter.", m -> m.maxTokens);
        histogram(
                "request_num_preemptions",
                "Histogram of the number of times a request was preempted.",
                m -> m.preemptions);
        histogram(
                "request_prefill_kv_computed_tokens",
                "Histogram of new KV tokens computed during prefill (excluding cached tokens).",
                m -> m.computedPromptTokens);
    }

    private void times() {
        histogram("time_to_first_token_seconds", "Histogram of time to first token in seconds.", m -> m.firstToken);
        histogram("inter_token_latency_seconds", "Histogram of inter-token latency in seconds.", m -> m.interToken);
        histogram(
                "request_time_per_output_token_seconds",
                "Histogram of time_per_output_token_seconds per request.",
                m -> m.perOutputToken);
        histogram("e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.", m -> m.endToEnd);
        histogram("request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.", m -> m.queue);
        histogram(
                "request_inference_time_seconds",
                "Histogram of time spent in RUNNING phase for request.",
                m -> m.inference);
        histogram(
                "request_prefill_time_seconds",
                "Histogram of time spent in PREFILL phase for request.",
                m -> m.prefill);
        histogram("request_decode_time_seconds", "Histogram of time spent in DECODE phase for request.", m -> m.decode);
    }

    private void info() {
        head("cache_config_info", "Information of the LLMEngine CacheConfig", "gauge");
        each(i -> text.append("vllm:cache_config_info{block_size=\"")
                .append(config.blockSize())
                .append("\",enable_prefix_caching=\"")
                .append(config.prefixCaching() ? "True" : "False")
                .append("\",engine=\"")
                .append(i)
                .append("\",gpu_memory_utilization=\"")
                .append(config.gpuMemoryUtilization())
                .append("\",kv_cache_memory_bytes=\"")
                .append(config.kvCacheBytes())
                .append("\",kv_cache_size_tokens=\"")
                .append(config.kvTokens())
                .append("\",num_gpu_blocks=\"")
                .append(config.kvBlocks())
                .append("\"} 1.0\n"));
        text.append("# HELP dyno:simulated 1 on every page of Dyno's simulator: nothing here was measured.\n")
                .append("# TYPE dyno:simulated gauge\ndyno:simulated{machine=\"")
                .append(config.machine().text())
                .append("\"} 1.0\n");
    }

    private EngineMetrics.OfReplica of(int replica) {
        return metrics.replicas().get(replica);
    }

    private Scheduler scheduler(int replica) {
        return engine.replicas().get(replica).scheduler();
    }

    private void each(IntConsumer action) {
        for (int i = 0; i < config.dp(); i++) {
            action.accept(i);
        }
    }

    private void head(String name, String help, String type) {
        text.append("# HELP vllm:").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE vllm:").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, int replica, double value) {
        sample(name, replica, "", "", value);
    }

    /** Labels stand in alphabetical order, as Prometheus' Python client writes them. */
    private void sample(String name, int replica, String label, String labelValue, double value) {
        text.append("vllm:").append(name).append("{engine=\"").append(replica).append('"');
        String pair = label.isEmpty() ? "" : "," + label + "=\"" + labelValue + '"';
        boolean before = label.compareTo("model_name") < 0;
        text.append(before ? pair : "")
                .append(",model_name=\"")
                .append(model)
                .append('"')
                .append(before ? "" : pair);
        text.append("} ").append(value).append('\n');
    }

    private void gauge(String name, String help, ToDoubleFunction<Integer> value) {
        head(name, help, "gauge");
        each(i -> sample(name, i, value.applyAsDouble(i)));
    }

    private void counter(String name, String help, ToDoubleFunction<Integer> value) {
        head(name + "_total", help, "counter");
        each(i -> sample(name + "_total", i, value.applyAsDouble(i)));
        head(name + "_created", help, "gauge");
        each(i -> sample(name + "_created", i, created));
    }

    private interface Labelled {
        double value(int replica, String label);
    }

    private void labelled(String name, String help, List<String> labels, String label, Labelled value) {
        head(name + "_total", help, "counter");
        each(i -> labels.forEach(l -> sample(name + "_total", i, label, l, value.value(i, l))));
        head(name + "_created", help, "gauge");
        each(i -> labels.forEach(l -> sample(name + "_created", i, label, l, created)));
    }

    private void histogram(String name, String help, Function<EngineMetrics.OfReplica, Histogram> which) {
        head(name, help, "histogram");
        each(i -> {
            Histogram h = which.apply(of(i));
            for (int b = 0; b < h.bounds().length; b++) {
                sample(name + "_bucket", i, "le", Double.toString(h.bounds()[b]), (double) h.upTo(b));
            }
            sample(name + "_bucket", i, "le", "+Inf", (double) h.count());
            sample(name + "_count", i, (double) h.count());
            sample(name + "_sum", i, h.sum());
        });
        head(name + "_created", help, "gauge");
        each(i -> sample(name + "_created", i, created));
    }
}
