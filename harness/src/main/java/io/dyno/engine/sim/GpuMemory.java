package io.dyno.engine.sim;

import java.util.Locale;

/** Where the memory of one GPU goes: weights, what a step needs, CUDA graphs, and the rest to the KV cache. */
final class GpuMemory {
    /** CUDA context, NCCL and kernels' workspace. An assumption, see docs/simulator.md. */
    static final long CONTEXT_BYTES = 600L << 20;

    /** Captured CUDA graphs. An assumption, see docs/simulator.md. */
    static final long CUDA_GRAPH_BYTES = 600L << 20;

    private static final double GIB = 1L << 30;

    private final SimConfig config;

    GpuMemory(SimConfig config) {
        this.config = config;
    }

    /** Weights on one GPU, bytes. Embeddings and output matrix are split over tp like the layers. */
    double weightBytes() {
        ModelShape m = config.model();
        Precision p = config.precision();
        int expertShare = config.expertParallel() ? config.tp() * config.dp() : config.tp();
        double expert = (double) m.experts() * m.expertParameters() * p.layerBytes() / expertShare;
        double rest =
                (m.attentionParameters() + m.routerParameters() + m.extraPerLayer()) * p.layerBytes() / config.tp();
        double embeddings = (m.tied() ? 1.0 : 2.0) * m.headParameters() * p.headBytes() / config.tp();
        return (m.layers() * (expert + rest) + embeddings) / config.pp();
    }

    /** Peak of what a full step needs beside the weights: activations of all tokens, and logits of all sequences in 32 bits, twice. */
    double stepBytes() {
        ModelShape m = config.model();
        double perToken = (6.0 * m.hidden() + 2.0 * m.intermediate() * m.expertsPerToken() / config.tp())
                * config.precision().activationBytes();
        double logits = 2.0 * config.maxNumSeqs() * m.vocab() * 4 / config.tp();
        return config.maxNumBatchedTokens() * perToken + logits;
    }

    long cudaGraphBytes() {
        return config.enforceEager() ? 0 : CUDA_GRAPH_BYTES;
    }

    /** What is left for the KV cache on one GPU, bytes; negative when something does not fit. */
    long kvCacheBytes() {
        double budget = config.machine().gpu().memoryBytes() * config.gpuMemoryUtilization();
        return Math.round(budget - weightBytes() - stepBytes() - CONTEXT_BYTES - cudaGraphBytes());
    }

    /** KV bytes of one token on one GPU. A KV head that cannot be split further is kept by several GPUs. */
    double tokenBytes() {
        ModelShape m = config.model();
        int headsHere = Math.max(1, m.kvHeads() / config.tp());
        double layersHere = Math.ceil((double) m.layers() / config.pp());
        return 2.0 * layersHere * headsHere * m.headDim() * config.precision().kvBytes();
    }

    /** KV bytes of one block on one GPU. */
    long blockBytes() {
        return Math.round(config.blockSize() * tokenBytes());
    }

    void checkWeightsFit() throws Refusal {
        GpuModel gpu = config.machine().gpu();
        double usable = gpu.memoryBytes() - CONTEXT_BYTES;
        if (weightBytes() > usable) {
            throw Refusal.loading(String.format(
                    Locale.ROOT,
                    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate %.2f GiB. GPU 0 has a total capacity of %.2f GiB of"
                            + " which %.2f GiB is free. The weights take %.2f GiB on each GPU.",
                    (weightBytes() - usable) / GIB,
                    gpu.memoryBytes() / GIB,
                    0.0,
                    weightBytes() / GIB));
        }
    }

    /** Checks as vLLM does that one sequence of the longest length fits, and returns the longest length: a smaller one when it may be fitted. */
    int checkKvCache(long bytes, int blocks, boolean fitLen) throws Refusal {
        if (bytes <= 0 || blocks < 1) {
            throw Refusal.kvCache(
                    "No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing"
                            + " the engine. See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.");
        }
        long tokens = (long) blocks * config.blockSize();
        if (tokens >= config.maxModelLen()) {
            return config.maxModelLen();
        }
        if (fitLen) {
            return (int) tokens;
        }
        double needed = Math.ceil((double) config.maxModelLen() / config.blockSize()) * blockBytes();
        throw Refusal.kvCache(String.format(
                Locale.ROOT,
                "To serve at least one request with the model's max seq len (%d), %.2f GiB KV cache is needed, which is larger than the"
                        + " available KV cache memory (%.2f GiB). Based on the available memory, the estimated maximum model length is"
                        + " %d. Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.",
                config.maxModelLen(),
                needed / GIB,
                (double) blocks * blockBytes() / GIB,
                tokens));
    }
}
