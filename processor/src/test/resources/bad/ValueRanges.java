package com.acme;

import io.dyno.Load;
import io.dyno.Sampling;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

class ValueRanges {
    @VllmBenchmark(
            tp = {1, 0}, // error: DYNO-102 at <0> says <tp = 0: must be at least 1>
            pp = -1, // error: DYNO-102 at <-1> says <must be at least 1>
            dp = 0, // error: DYNO-102 at <0> says <must be at least 1>
            maxModelLen = -2, // error: DYNO-102 says <or -1 (the longest>
            gpuMemoryUtilization = 90, // error: DYNO-102 at <90> says <gpuMemoryUtilization = 90: must be in (0, 1]>
            engineSeed = -1, // error: DYNO-102 says <must be in [0, 4294967295]>
            maxNumSeqs = 0, // error: DYNO-102 at <0> says <at least 1>
            maxNumBatchedTokens = 0, // error: DYNO-102 at <0> says <at least 1>
            blockSize = 0, // error: DYNO-102 at <0> says <at least 1>
            numPrompts = 0, // error: DYNO-102 at <0> says <at least 1>
            inputLen = 0, // error: DYNO-102 at <0> says <at least 1>
            outputLen = {
                128,
                -128 // error: DYNO-102 at <-128> says <outputLen = -128: must be at least 1>
            })
    @Load(
            requestRate = 0, // error: DYNO-102 at <0> says <must be greater than 0, or inf>
            maxConcurrency = {1, 0, 8}) // error: DYNO-102 at <0> says <maxConcurrency = 0: must be at least 1, or inf>
    static class Engine {}

    @VllmBenchmark(
            sampling =
                    @Sampling(
                            temperature = -1, // error: DYNO-102 at <-1> says <must be at least 0>
                            topP = 1.1, // error: DYNO-102 at <1.1> says <must be in (0, 1]>
                            topK = -2, // error: DYNO-102 at <-2> says <must be at least -1>
                            minP = {0, 2}, // error: DYNO-102 at <2> says <must be in [0, 1]>
                            presencePenalty = 3, // error: DYNO-102 at <3> says <must be in [-2, 2]>
                            frequencyPenalty = -3, // error: DYNO-102 at <-3> says <must be in [-2, 2]>
                            repetitionPenalty = 0)) // error: DYNO-102 at <0> says <must be greater than 0>
    static class Sampled {}

    @VllmBenchmark
    static class Fields {
        @Param({"1", "0"}) // error: DYNO-102 at <"0"> says <tp = 0: must be at least 1>
        int tp;
    }
}
