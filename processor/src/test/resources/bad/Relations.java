package com.acme;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;

class Relations {
    @VllmBenchmark(pp = 2, expertParallel = true) // error: DYNO-110 at <true> says <cannot go with pp = 2>
    static class ExpertsAndPipeline {}

    @VllmBenchmark(inputLen = 1024, outputLen = 1024, maxModelLen = 2047) // error: DYNO-112 at <2047> says <inputLen + outputLen = 1024 + 1024 does not fit into maxModelLen = 2047>
    static class TooLong {}

    @VllmBenchmark(maxNumSeqs = 256, maxNumBatchedTokens = 128) // error: DYNO-113 at <128> says <is below maxNumSeqs = 256>
    static class TooFewTokens {}

    @VllmBenchmark(inputLenRange = 0.5, inputLenStdev = {10, 20}) // error: DYNO-136 at <0.5> says <inputLenRange = 0.5 and inputLenStdev = 10 are two distributions of one length>
    static class TwoDistributions {}

    @VllmBenchmark(numPrompts = 3, dp = 4, bench = {Bench.SERVE, Bench.THROUGHPUT}) // error: DYNO-137 at <3> says <numPrompts = 3 is below dp = 4>
    static class IdleReplicas {}
}
