package com.acme;

import io.dyno.VllmBenchmark;

class Relations {
    @VllmBenchmark(pp = 2, expertParallel = true) // error: DYNO-110 at <true> says <cannot go with pp = 2>
    static class ExpertsAndPipeline {}

    @VllmBenchmark(inputLen = 1024, outputLen = 1024, maxModelLen = 2047) // error: DYNO-112 at <2047> says <inputLen + outputLen = 1024 + 1024 does not fit into maxModelLen = 2047>
    static class TooLong {}

    @VllmBenchmark(maxNumSeqs = 256, maxNumBatchedTokens = 128) // error: DYNO-113 at <128> says <is below maxNumSeqs = 256>
    static class TooFewTokens {}
}
