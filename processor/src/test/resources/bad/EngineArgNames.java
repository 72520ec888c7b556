package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class EngineArgNames {
    @Param("8")
    @EngineArg("--max-num-seqs") // error: DYNO-222 at <"--max-num-seqs"> says <without leading dashes and without a value; write "max-num-seqs">
    int a;

    @Param("8")
    @EngineArg("max-num-batched-tokens=8192") // error: DYNO-222 says <write "max-num-batched-tokens">
    int b;

    @Param("8")
    @EngineArg("?") // error: DYNO-222 says <write words joined by dashes, such as "max-num-seqs">
    int c;
}
