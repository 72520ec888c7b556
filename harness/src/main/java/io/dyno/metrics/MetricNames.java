package io.dyno.metrics;

import static io.dyno.metrics.Direction.HIGHER;
import static io.dyno.metrics.Direction.LOWER;
import static io.dyno.metrics.Direction.NONE;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every metric that Dyno itself computes. Profilers add theirs under {@code <profiler>.<name>}. */
public final class MetricNames {
    /** Actual send to the first chunk with a token on any channel. */
    public static final Metric TTFT = new Metric("ttft", "ms", LOWER);

    /** As {@link #TTFT}, from the moment the request was due. */
    public static final Metric TTFT_INTENDED = new Metric("ttft_intended", "ms", LOWER);

    /** (last chunk − first chunk) / (tokens − tokens of the first chunk); undefined when the first chunk brought all. */
    public static final Metric TPOT = new Metric("tpot", "ms", LOWER);

    /** A chunk's gap divided by its tokens, once per token; pooled over tokens. */
    public static final Metric ITL = new Metric("itl", "ms", LOWER);

    /** Gap between chunks: what a user sees. */
    public static final Metric ICL = new Metric("icl", "ms", LOWER);

    /** Actual send to the last chunk. */
    public static final Metric E2EL = new Metric("e2el", "ms", LOWER);

    /** As {@link #E2EL}, from the moment the request was due. */
    public static final Metric E2EL_INTENDED = new Metric("e2el_intended", "ms", LOWER);

    /** Actual send − due: what the client itself was late. */
    public static final Metric SEND_LAG = new Metric("send_lag", "ms", LOWER);

    /** Requests that ended well, per second of the window. */
    public static final Metric REQUEST_THROUGHPUT = new Metric("request_throughput", "req/s", HIGHER);

    /** Output tokens that arrived in the window, per second. */
    public static final Metric OUTPUT_THROUGHPUT = new Metric("output_throughput", "tok/s", HIGHER);

    /** Input and output tokens per second. */
    public static final Metric TOTAL_TOKEN_THROUGHPUT = new Metric("total_token_throughput", "tok/s", HIGHER);

    /** {@link #OUTPUT_THROUGHPUT} divided by the engine's GPUs. */
    public static final Metric OUTPUT_THROUGHPUT_PER_GPU = new Metric("output_throughput_per_gpu", "tok/s", HIGHER);

    /** Requests due in the window that met the SLO, per second. */
    public static final Metric GOODPUT = new Metric("goodput", "req/s", HIGHER);

    /** Share of the requests due in the window that met the SLO. */
    public static final Metric SLO_SHARE = new Metric("slo_share", Metric.SHARE, HIGHER);

    /** Mean requests in flight, from the records. */
    public static final Metric CONCURRENCY = new Metric("concurrency", "requests", NONE);

    /** Engine start with empty compile caches, process start to ready. */
    public static final Metric STARTUP_COLD = new Metric("startup_cold", "s", LOWER);

    /** Engine start with the compile caches of the start before it. */
    public static final Metric STARTUP_WARM = new Metric("startup_warm", "s", LOWER);

    /** From the call that hands an offline engine the batch to its return, tokenization and detokenization included. */
    public static final Metric BATCH_LATENCY = new Metric("batch_latency", "ms", LOWER);

    /** The engine's own constructor within {@link #STARTUP_COLD}: the process's start and imports are left out. */
    public static final Metric ENGINE_INIT_COLD = new Metric("engine_init_cold", "s", LOWER);

    /** The engine's own constructor within {@link #STARTUP_WARM}. */
    public static final Metric ENGINE_INIT_WARM = new Metric("engine_init_warm", "s", LOWER);

    /** Loading of the weights within {@link #STARTUP_COLD}, as the engine says. */
    public static final Metric MODEL_LOAD_COLD = new Metric("model_load_cold", "s", LOWER);

    /** Loading of the weights within {@link #STARTUP_WARM}, as the engine says. */
    public static final Metric MODEL_LOAD_WARM = new Metric("model_load_warm", "s", LOWER);

    /** Compilation within {@link #STARTUP_COLD}, as the engine says. */
    public static final Metric COMPILATION_COLD = new Metric("compilation_cold", "s", LOWER);

    /** Compilation within {@link #STARTUP_WARM}, as the engine says: reading what an earlier start compiled. */
    public static final Metric COMPILATION_WARM = new Metric("compilation_warm", "s", LOWER);

    /** Time to the first token of the first request after {@link #STARTUP_COLD}. */
    public static final Metric FIRST_TOKEN_COLD = new Metric("first_token_cold", "ms", LOWER);

    /** Time to the first token of the first request after {@link #STARTUP_WARM}. */
    public static final Metric FIRST_TOKEN_WARM = new Metric("first_token_warm", "ms", LOWER);

    /** Energy of the engine's GPUs in the window / output tokens that arrived in it. Told by a profiler that measures energy. */
    public static final Metric JOULES_PER_OUTPUT_TOKEN = new Metric("joules_per_output_token", "J/tok", LOWER);

    /** How far the energy, and what is computed from it, may be from the truth. */
    public static final Metric ENERGY_UNCERTAINTY = new Metric("nvml.energy_uncertainty", "%", NONE);

    private static final List<Metric> ALL = List.of(
            TTFT,
            TTFT_INTENDED,
            TPOT,
            ITL,
            ICL,
            E2EL,
            E2EL_INTENDED,
            SEND_LAG,
            REQUEST_THROUGHPUT,
            OUTPUT_THROUGHPUT,
            TOTAL_TOKEN_THROUGHPUT,
            OUTPUT_THROUGHPUT_PER_GPU,
            GOODPUT,
            SLO_SHARE,
            CONCURRENCY,
            BATCH_LATENCY,
            STARTUP_COLD,
            STARTUP_WARM,
            ENGINE_INIT_COLD,
            ENGINE_INIT_WARM,
            MODEL_LOAD_COLD,
            MODEL_LOAD_WARM,
            COMPILATION_COLD,
            COMPILATION_WARM,
            FIRST_TOKEN_COLD,
            FIRST_TOKEN_WARM);

    /** Names of what GPUs measure: a profiler that asks them gives these, without its own name before them. */
    private static final Set<String> OF_GPUS = Set.of(
            "gpu_power",
            "energy",
            JOULES_PER_OUTPUT_TOKEN.name(),
            "joules_per_request",
            "tokens_per_joule",
            "gpu_utilization",
            "gpu_memory",
            "throttled");

    private MetricNames() {}

    /** Whether this is one of the metrics of GPUs, whichever profiler measures it. */
    public static boolean ofGpus(String name) {
        return OF_GPUS.contains(name);
    }

    /** The metric of this name; empty for those of profilers. */
    public static Optional<Metric> byName(String name) {
        return ALL.stream().filter(m -> m.name().equals(name)).findFirst();
    }
}
