package io.dyno.engine.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;

/**
 * The lines of a start in vLLM's wording, phase by phase, so that whoever reads vLLM's log reads this one. Each phase takes its time, see
 * {@link StartupTimes}, and says so.
 */
final class StartupLog {
    private static final double GIB = 1L << 30;

    private final VllmLog log;

    StartupLog(VllmLog log) {
        this.log = log;
    }

    /** First of all: that nothing here is real. */
    void banner(SimOptions machine, String model) {
        log.info(VllmLog.API, "dyno_sim:1", """

                 ######################################################################
                 ##  DYNO'S SIMULATOR. NOT vLLM. NO GPU. NOTHING HERE IS MEASURED.   ##
                 ######################################################################
                       version 0.32.0 (imitated)
                       model   %s
                       machine %s
                """.formatted(model, machine.text()));
    }

    void arguments(ServeArguments arguments) {
        StringJoiner args = new StringJoiner(", ", "{", "}");
        args.add("'model_tag': '" + arguments.model() + "'");
        for (Map.Entry<String, String> flag : arguments.flags().asMap().entrySet()) {
            String value = flag.getKey().equals("api-key")
                    ? "(hidden)"
                    : flag.getValue().replace("\n", " ");
            args.add("'" + flag.getKey().replace('-', '_') + "': '" + value + "'");
        }
        log.info(VllmLog.API, "api_utils.py:286", "non-default args: " + args);
    }

    /** Flags that change a real engine's speed and not this one's. */
    void notModelled(List<String> flags) {
        if (!flags.isEmpty()) {
            log.warning(
                    VllmLog.API,
                    "dyno_sim:2",
                    "Dyno's simulator takes these flags and does not model them: --" + String.join(", --", flags)
                            + ". They change nothing here.");
        }
    }

    void configuration(SimConfig config, Flags flags) {
        log.info(
                VllmLog.API,
                "model.py:733",
                "Resolved architecture: " + config.model().architecture());
        log.info(VllmLog.API, "model.py:2152", "Using max model len " + config.maxModelLen());
        log.info(
                VllmLog.API,
                "scheduler.py:239",
                "Chunked prefill is " + (config.chunkedPrefill() ? "enabled" : "disabled")
                        + " with max_num_batched_tokens=" + config.maxNumBatchedTokens() + ".");
        log.info(VllmLog.CORE, "core.py:133", engineLine(config, flags));
    }

    /** The values in force, in vLLM's order. */
    private static String engineLine(SimConfig config, Flags flags) {
        boolean eager = config.enforceEager();
        StringJoiner line = new StringJoiner(", ", "Initializing a V1 LLM engine (v0.32.0) with config: ", "");
        line.add("model='" + config.model().name() + "'");
        line.add("dtype=torch." + ServerInfoAnswer.dtype(flags.asMap()));
        line.add("max_seq_len=" + config.maxModelLen());
        line.add("tensor_parallel_size=" + config.tp());
        line.add("pipeline_parallel_size=" + config.pp());
        line.add("data_parallel_size=" + config.dp());
        line.add("quantization="
                + flags.text("quantization")
                        .orElse(Objects.requireNonNullElse(config.model().quantization(), "None")));
        line.add("enforce_eager=" + python(eager));
        line.add("kv_cache_dtype=" + flags.text("kv-cache-dtype").orElse("auto"));
        line.add("device_config=simulated");
        line.add("seed=" + flags.text("seed").orElse("0"));
        line.add("enable_prefix_caching=" + python(config.prefixCaching()));
        line.add("enable_chunked_prefill=" + python(config.chunkedPrefill()));
        line.add("compilation_config={'mode': <CompilationMode." + (eager ? "NONE: 0" : "VLLM_COMPILE: 3")
                + ">, 'cudagraph_mode': <CUDAGraphMode." + (eager ? "NONE: 0" : "FULL_AND_PIECEWISE: (2, 1)") + ">}");
        return line + " (SIMULATED on " + config.gpus() + " x "
                + config.machine().gpu().deviceName() + ")";
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }

    /** Plays the phases, each in its time. */
    void phases(SimConfig config, StartupTimes times) {
        GpuMemory memory = new GpuMemory(config);
        log.info(
                VllmLog.CORE,
                "gpu_model_runner.py:68",
                "Starting to load model " + config.model().name() + "...");
        log.raw("Loading safetensors checkpoint shards:   0% Completed | 0/1 [00:00<?, ?it/s]");
        pass(times.load());
        log.raw("Loading safetensors checkpoint shards: 100% Completed | 1/1 [00:00<00:00, 50.00it/s]");
        core("default_loader.py:501", "Loading weights took %.2f seconds", times.load());
        core(
                "gpu_model_runner.py:2653",
                "Model loading took %.2f GiB memory and %.2f seconds",
                memory.weightBytes() / GIB,
                times.load());
        if (!config.enforceEager()) {
            compile(config, times);
        }
        core("gpu_worker.py:298", "Available KV cache memory: %.2f GiB", config.kvCacheBytes() / GIB);
        core(
                "kv_cache_utils.py:2327",
                "GPU KV cache size: %,d tokens, Maximum concurrency for %,d tokens per request: %.2fx",
                config.kvTokens(),
                config.maxModelLen(),
                (double) config.kvTokens() / config.maxModelLen());
        if (!config.enforceEager()) {
            pass(times.graphs());
            core(
                    "gpu_model_runner.py:3480",
                    "Graph capturing finished in %.0f secs, took %.2f GiB",
                    times.graphs(),
                    memory.cudaGraphBytes() / GIB);
        }
        core("core.py:402", "init engine (profile, create kv cache, warmup model) took %.2f s", times.init());
    }

    private void compile(SimConfig config, StartupTimes times) {
        times.cache()
                .ifPresent(folder -> core(
                        "backends.py:1104", "Using cache directory: %s for vLLM's torch.compile", folder.getParent()));
        pass(times.compile());
        String range = "(1, " + config.maxNumBatchedTokens() + ")";
        if (times.cached()) {
            core(
                    "backends.py:295",
                    "Directly load the compiled graph(s) for compile range %s from the cache, took %.3f s",
                    range,
                    times.compile());
        } else {
            core("backends.py:398", "Compiling a graph for compile range %s takes %.2f s", range, times.compile());
        }
        core("monitor.py:62", "torch.compile took %.2f s in total", times.compile());
    }

    private void core(String source, String format, Object... values) {
        log.info(VllmLog.CORE, source, String.format(Locale.ROOT, format, values));
    }

    private static void pass(double seconds) {
        long until = System.nanoTime() + Math.round(seconds * 1e9);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** What vLLM prints before it gives up: in the process that noticed, and then in the frontend. */
    void refused(Refusal refusal) {
        switch (refusal.stage()) {
            case USAGE -> log.raw(refusal.getMessage());
            case CONFIGURATION ->
                log.raw(prefixed(module(refusal) + refusal.exception() + ": " + refusal.getMessage()));
            case LOADING -> coreFailed(refusal.getMessage());
            case KV_CACHE -> coreFailed("ValueError: " + refusal.getMessage());
        }
    }

    private static String module(Refusal refusal) {
        return refusal.exception().equals("ValidationError") ? "pydantic_core._pydantic_core." : "";
    }

    /** The engine's process failed at start. */
    private void coreFailed(String exception) {
        log.error(
                VllmLog.CORE,
                "core.py:1346",
                "EngineCore failed to start.\nTraceback (most recent call last):\n" + exception);
        log.raw(prefixed("RuntimeError: " + Refusal.CORE_FAILED));
    }

    private String prefixed(String text) {
        String prefix = log.name(VllmLog.API);
        return prefix + text.replace("\n", System.lineSeparator() + prefix);
    }

    void ready(String host, int port) {
        log.info(
                VllmLog.API,
                "entry.py:140",
                "Starting vLLM server on http://" + host + ":" + port + " (Dyno's simulator)");
        log.raw("INFO:     Started server process [" + log.pid() + "]");
        log.raw("INFO:     Waiting for application startup.");
        log.raw("INFO:     Application startup complete.");
    }
}
