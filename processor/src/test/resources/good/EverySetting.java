package com.acme;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;

import io.dyno.Endpoint;
import io.dyno.Load;
import io.dyno.Sampling;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

@VllmBenchmark(
        model = {"Qwen/Qwen3-8B", "/models/of \"mine\"/$1"},
        revision = "main",
        tp = 2,
        pp = 1,
        dp = {1, 2},
        expertParallel = {true, false},
        dtype = "bfloat16",
        maxModelLen = 8192,
        gpuMemoryUtilization = {0.5, 0.90, 1},
        engineSeed = 4294967295L,
        maxNumSeqs = {256, 512},
        maxNumBatchedTokens = 1 << 13,
        enforceEager = false,
        enablePrefixCaching = {true, false},
        kvCacheDtype = "fp8",
        quantization = "fp8",
        speculativeConfig =
                """
                {"method": "ngram",
                 "num_speculative_tokens": 4}""",
        blockSize = 16,
        engineArgs = {"--max-logprobs", "5"},
        env = {"VLLM_LOGGING_LEVEL=DEBUG", "EMPTY="},
        dataset = "jsonl",
        datasetPath = "prompts/ünïcode.jsonl",
        numPrompts = 100,
        outputLen = 64,
        batchSize = {1, 8},
        endpoint = {Endpoint.COMPLETIONS, Endpoint.CHAT},
        ignoreEos = true,
        seed = {0, -1},
        salt = true,
        oversample = false,
        sampling =
                @Sampling(
                        temperature = {0, 0.7},
                        topP = 0.95,
                        topK = -1,
                        minP = 0.05,
                        presencePenalty = -2,
                        frequencyPenalty = 1.5,
                        repetitionPenalty = 1.1,
                        samplingSeed = 7),
        bench = {SERVE, THROUGHPUT, LATENCY, STARTUP})
@Load(
        requestRate = {0.5, 4, 1e6},
        burstiness = {1, Load.INF},
        maxConcurrency = {8, Load.UNCAPPED},
        drained = {true, false})
@Slo(e2elMillis = 1e4)
@Fork(value = 2, warmups = 1)
@Warmup(iterations = 0)
@Measurement(time = 1500, timeUnit = TimeUnit.MILLISECONDS)
public final class EverySetting {}
