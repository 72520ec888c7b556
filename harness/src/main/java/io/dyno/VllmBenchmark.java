package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class as a benchmark of vLLM. A class without members is a complete benchmark.
 *
 * <p>Every attribute but {@link #sampling} and {@link #bench} is an array: one value sets, several sweep, and an empty array means "not written", so that
 * what was left to the default differs from what was chosen. Attributes are taken over from base classes one by one. Settings of the engine
 * cost a fresh engine per value; settings of the load do not.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface VllmBenchmark {

    // ---- engine: each value is a fresh engine ----

    /** Model id on the Hugging Face hub, or a local folder. Without one the run needs {@code -p model=…}. */
    String[] model() default {};

    /** Branch, tag or commit of the model; vLLM's {@code --revision}. */
    String[] revision() default {};

    /** Tensor-parallel size, GPUs, at least 1; {@code --tensor-parallel-size}. */
    int[] tp() default {};

    /** Pipeline-parallel size, stages, at least 1; {@code --pipeline-parallel-size}. */
    int[] pp() default {};

    /** Data-parallel size, replicas, at least 1; {@code --data-parallel-size}. Unset it is 1, or what fills the GPUs that were given. */
    int[] dp() default {};

    /** Expert parallelism over tp·dp GPUs; excludes pp greater than 1; {@code --enable-expert-parallel}. */
    boolean[] expertParallel() default {};

    /** Weight and activation type: auto, half, float16, bfloat16, float, float32; {@code --dtype}. */
    String[] dtype() default {};

    /** Longest context, tokens; {@code --max-model-len}. */
    int[] maxModelLen() default {};

    /** Share of GPU memory that the engine may use, in (0, 1]; {@code --gpu-memory-utilization}. */
    double[] gpuMemoryUtilization() default {};

    /** Seed of the engine itself; vLLM's {@code --seed}. The seed of prompts and arrivals is {@link #seed}. */
    long[] engineSeed() default {};

    /** Most sequences in one step; {@code --max-num-seqs}. */
    int[] maxNumSeqs() default {};

    /** Most tokens in one step; {@code --max-num-batched-tokens}. */
    int[] maxNumBatchedTokens() default {};

    /** No CUDA graphs and no compilation; {@code --enforce-eager}. */
    boolean[] enforceEager() default {};

    /** Reuse of the KV cache between prompts with a common prefix; {@code --enable-prefix-caching}. */
    boolean[] enablePrefixCaching() default {};

    /** Type of the KV cache, such as auto or fp8; {@code --kv-cache-dtype}. */
    String[] kvCacheDtype() default {};

    /** Quantization method of the weights, such as fp8 or awq; {@code --quantization}. */
    String[] quantization() default {};

    /** Speculative decoding as a JSON object; {@code --speculative-config}. Meaningless on random tokens. */
    String[] speculativeConfig() default {};

    /** Tokens in a block of the KV cache; {@code --block-size}. */
    int[] blockSize() default {};

    /** More arguments for vLLM, as argv tokens: {@code {"--max-logprobs", "5"}}. A list: one value, no sweep. */
    String[] engineArgs() default {};

    /** Environment of the engine, each {@code NAME=value}. A list: one value, no sweep. */
    String[] env() default {};

    // ---- load: the engine is kept ----

    /** random, dyno, jsonl, sharegpt, prefix_repetition, sonnet or trtllm. A class with a {@link Prompts} method needs none. */
    String[] dataset() default {};

    /** File of a dataset that reads one. */
    String[] datasetPath() default {};

    /** Requests of a window or batch, at least 1; a window by time does without. */
    int[] numPrompts() default {};

    /** Length of made prompts, tokens, at least 1. */
    int[] inputLen() default {};

    /** Output length, tokens, at least 1. */
    int[] outputLen() default {};

    /** Prompt lengths uniform in ⌊inputLen·(1 − r)⌋ to ⌈inputLen·(1 + r)⌉ tokens, r in [0, 1). Excludes {@link #inputLenStdev}. */
    double[] inputLenRange() default {};

    /** Output lengths uniform in ⌊outputLen·(1 − r)⌋ to ⌈outputLen·(1 + r)⌉ tokens, r in [0, 1). Excludes {@link #outputLenStdev}. */
    double[] outputLenRange() default {};

    /** Standard deviation of normally distributed prompt lengths, tokens, at least 0; inputLen is their mean. */
    double[] inputLenStdev() default {};

    /** Standard deviation of normally distributed output lengths, tokens, at least 0; outputLen is their mean. */
    double[] outputLenStdev() default {};

    /** Tokens that prompts of prefix_repetition and sonnet share at their beginning, at least 1. */
    int[] prefixLen() default {};

    /** Tokens of each prefix_repetition prompt's own behind the prefix, at least 1. */
    int[] suffixLen() default {};

    /** How many different prefixes prefix_repetition has, at least 1; not more than there are prompts. */
    int[] numPrefixes() default {};

    /** Prompts of the one batch of {@link Bench#LATENCY}, at least 1. */
    int[] batchSize() default {};

    /** Where requests of {@link Bench#SERVE} go; offline {@link Endpoint#CHAT} applies the model's chat template to each prompt. */
    Endpoint[] endpoint() default {};

    /** Generate to the full output length although the model would stop; default true for random tokens, false for text. */
    boolean[] ignoreEos() default {};

    /** Seed of prompts, arrivals and order. */
    long[] seed() default {};

    /** Make each prompt unlike any seen before, so that no prefix cache can serve it. */
    boolean[] salt() default {};

    /** Repeat (salted) rows of a dataset that is too small, instead of failing; default true for dyno. */
    boolean[] oversample() default {};

    /** Sampling parameters of each request. */
    Sampling sampling() default @Sampling;

    /** What to measure; {@link Bench#SERVE} when empty. */
    Bench[] bench() default {};
}
