package io.dyno.engine.sim;

import java.util.Locale;

/**
 * A simulated engine as a value: model, machine and vLLM's settings with their defaults filled in, checked as vLLM checks them. Nothing runs.
 *
 * @param model the model's shape
 * @param machine the simulated machine
 * @param precision how numbers are stored
 * @param tp GPUs that share each layer
 * @param pp stages that share the layers
 * @param dp independent replicas
 * @param expertParallel whether experts are spread over tp·dp GPUs whole
 * @param maxModelLen longest sequence, tokens
 * @param maxNumSeqs sequences in a step at most
 * @param maxNumBatchedTokens tokens in a step at most
 * @param longPrefillTokenThreshold tokens of one prompt in a step at most; 0 for no cap
 * @param adaptiveThreshold whether that cap is raised to a fair share of the step
 * @param blockSize tokens in a KV block
 * @param kvBlocks KV blocks of each replica
 * @param kvCacheBytes memory of those blocks on one GPU
 * @param prefixCaching whether blocks are found again by their content
 * @param chunkedPrefill whether a prompt may be split over steps
 * @param enforceEager whether CUDA graphs are off
 * @param gpuMemoryUtilization share of a GPU's memory that the engine may use
 */
public record SimConfig(
        ModelShape model,
        SimOptions machine,
        Precision precision,
        int tp,
        int pp,
        int dp,
        boolean expertParallel,
        int maxModelLen,
        int maxNumSeqs,
        int maxNumBatchedTokens,
        int longPrefillTokenThreshold,
        boolean adaptiveThreshold,
        int blockSize,
        int kvBlocks,
        long kvCacheBytes,
        boolean prefixCaching,
        boolean chunkedPrefill,
        boolean enforceEager,
        double gpuMemoryUtilization) {
    private static final int DEFAULT_BLOCK_SIZE = 16;
    private static final double DEFAULT_GPU_MEMORY_UTILIZATION = 0.92;
    private static final long LARGE_GPU_BYTES = 70L << 30;
    private static final long LARGEST_GPU_BYTES = 160L << 30;

    /** What the engine is for: vLLM's defaults differ. */
    public enum Use {
        /** {@code vllm serve}. */
        SERVER,
        /** The class {@code LLM}: batches, offline. */
        OFFLINE
    }

    /**
     * The configuration of a server, see {@link #of(ModelShape, SimOptions, Flags, boolean, Use)}.
     *
     * @throws Refusal what vLLM would refuse, in its words
     */
    public static SimConfig of(ModelShape model, SimOptions machine, Flags flags, boolean allowLongMaxModelLen)
            throws Refusal {
        return of(model, machine, flags, allowLongMaxModelLen, Use.SERVER);
    }

    /**
     * Fills in vLLM's defaults and checks everything that vLLM checks before it answers.
     *
     * @param allowLongMaxModelLen whether VLLM_ALLOW_LONG_MAX_MODEL_LEN is set
     * @param use what the engine is for
     * @throws Refusal what vLLM would refuse, in its words
     */
    public static SimConfig of(ModelShape model, SimOptions machine, Flags flags, boolean allowLongMaxModelLen, Use use)
            throws Refusal {
        int tp = flags.positive("tensor-parallel-size", 1);
        int pp = flags.positive("pipeline-parallel-size", 1);
        int dp = flags.positive("data-parallel-size", 1);
        checkTopology(model, machine, tp, pp, dp);
        Precision precision = Precision.of(
                model,
                flags.text("dtype").orElse("auto").toLowerCase(Locale.ROOT),
                flags.text("quantization").orElse(null),
                flags.text("kv-cache-dtype").orElse("auto"));

        String wantedLen = flags.text("max-model-len").orElse(null);
        boolean fitLen = "auto".equals(wantedLen) || "-1".equals(wantedLen);
        int maxModelLen = fitLen ? model.maxPositions() : flags.positive("max-model-len", model.maxPositions());
        if (maxModelLen > model.maxPositions() && !allowLongMaxModelLen) {
            throw Refusal.configuration(
                    "1 validation error for ModelConfig\n  Value error, User-specified max_model_len (" + maxModelLen
                            + ") is greater than the derived max_model_len (max_position_embeddings="
                            + model.maxPositions()
                            + " or model_max_length=None in model's config.json). To allow overriding this maximum, set the env var"
                            + " VLLM_ALLOW_LONG_MAX_MODEL_LEN=1. [type=value_error, input_value=ArgsKwargs, input_type=ArgsKwargs]");
        }

        // vLLM gives GPUs of at least 70 GiB a larger step, but not the A100, where it costs throughput.
        boolean large = machine.gpu().memoryBytes() >= LARGE_GPU_BYTES && machine.gpu() != GpuModel.A100;
        boolean largest = machine.gpu().memoryBytes() >= LARGEST_GPU_BYTES;
        boolean chunked = flags.on("enable-chunked-prefill", true);
        int defaultTokens = use == Use.OFFLINE || largest ? (large ? 16384 : 8192) : large ? 8192 : 2048;
        int maxNumSeqs = flags.positive("max-num-seqs", large ? 1024 : 256);
        int maxTokens = flags.positive(
                "max-num-batched-tokens", chunked ? defaultTokens : Math.max(maxModelLen, defaultTokens));
        if (flags.text("max-num-seqs").isEmpty()) {
            maxNumSeqs = Math.min(maxNumSeqs, maxTokens);
        }
        checkScheduler(chunked, maxNumSeqs, maxTokens, maxModelLen);

        SimConfig draft = new SimConfig(
                model,
                machine,
                precision,
                tp,
                pp,
                dp,
                flags.on("enable-expert-parallel", false),
                maxModelLen,
                maxNumSeqs,
                maxTokens,
                flags.atLeastZero("long-prefill-token-threshold", 0),
                flags.on("long-prefill-token-threshold-adaptive", false),
                flags.positive("block-size", DEFAULT_BLOCK_SIZE),
                0,
                0,
                flags.on("enable-prefix-caching", true),
                chunked,
                flags.on("enforce-eager", false),
                flags.share("gpu-memory-utilization", DEFAULT_GPU_MEMORY_UTILIZATION));
        return draft.withKvCache(flags, fitLen);
    }

    private static void checkTopology(ModelShape model, SimOptions machine, int tp, int pp, int dp) throws Refusal {
        if ((long) tp * pp * dp > machine.gpus()) {
            throw Refusal.configuration(
                    "1 validation error for ParallelConfig\n  Value error, World size (" + (long) tp * pp * dp
                            + ") is larger than the number of available GPUs (" + machine.gpus()
                            + ") in this node. If this is intentional and you are using:\n- ray, set '--distributed-executor-backend ray'.\n"
                            + "- multiprocessing, set '--nnodes' appropriately. [type=value_error, input_value=ArgsKwargs,"
                            + " input_type=ArgsKwargs]");
        }
        if (model.heads() % tp != 0) {
            throw Refusal.configuration(
                    "1 validation error for VllmConfig\n  Value error, Total number of attention heads ("
                            + model.heads()
                            + ") must be divisible by tensor parallel size (" + tp
                            + "). [type=value_error, input_value=ArgsKwargs,"
                            + " input_type=ArgsKwargs]");
        }
        if (pp > model.layers()) {
            throw Refusal.configuration("Pipeline parallel size (" + pp + ") is larger than the number of layers ("
                    + model.layers() + ").");
        }
    }

    private static void checkScheduler(boolean chunked, int maxNumSeqs, int maxTokens, int maxModelLen) throws Refusal {
        if (maxTokens < maxModelLen && !chunked) {
            throw Refusal.configuration(
                    "1 validation error for SchedulerConfig\n  Value error, max_num_batched_tokens (" + maxTokens
                            + ") is smaller than max_model_len (" + maxModelLen
                            + "). This effectively limits the maximum sequence length to max_num_batched_tokens and makes vLLM reject"
                            + " longer sequences. Please increase max_num_batched_tokens or decrease max_model_len. [type=value_error,"
                            + " input_value=ArgsKwargs, input_type=ArgsKwargs]");
        }
        if (maxTokens < maxNumSeqs) {
            throw Refusal.configuration(
                    "1 validation error for SchedulerConfig\n  Value error, max_num_batched_tokens (" + maxTokens
                            + ") must be greater than or equal to max_num_seqs (" + maxNumSeqs
                            + "). [type=value_error, input_value=ArgsKwargs, input_type=ArgsKwargs]");
        }
    }

    private SimConfig withKvCache(Flags flags, boolean fitLen) throws Refusal {
        GpuMemory memory = new GpuMemory(this);
        memory.checkWeightsFit();
        long bytes = flags.size("kv-cache-memory-bytes", memory.kvCacheBytes());
        int fitting = (int) Math.min(Integer.MAX_VALUE, Math.max(0, bytes / memory.blockBytes()));
        int blocks = flags.text("num-gpu-blocks-override").isPresent()
                ? flags.positive("num-gpu-blocks-override", fitting)
                : fitting;
        int len = memory.checkKvCache(bytes, blocks, fitLen);
        return new SimConfig(
                model,
                machine,
                precision,
                tp,
                pp,
                dp,
                expertParallel,
                len,
                maxNumSeqs,
                maxNumBatchedTokens,
                longPrefillTokenThreshold,
                adaptiveThreshold,
                blockSize,
                blocks,
                bytes,
                prefixCaching,
                chunkedPrefill,
                enforceEager,
                gpuMemoryUtilization);
    }

    /** GPUs in use. */
    public int gpus() {
        return tp * pp * dp;
    }

    /** Tokens that fit into the KV cache of one replica. */
    public long kvTokens() {
        return (long) kvBlocks * blockSize;
    }
}
