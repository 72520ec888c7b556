package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark(
        engineArgs = {
            "--enable-chunked-prefil", // error: DYNO-107 at <"--enable-chunked-prefil"> says <did you mean "enable-chunked-prefill"?>
            "--quantum-entanglement" // warning: DYNO-108 at <"--quantum-entanglement"> says <nor one that is spelled like it; a newer vLLM may have it>
        })
class UnknownFlags {
    @Param({"256", "1024"})
    @EngineArg("max-num-seq") // error: DYNO-107 at <"max-num-seq"> says <vLLM 0.32.0 has no engine argument "max-num-seq"; did you mean "max-num-seqs"?>
    int n;

    @Param("1")
    @EngineArg // warning: DYNO-108 at <@EngineArg> says <has no engine argument "flux-capacitor">
    int fluxCapacitor;

    @SuppressWarnings("dyno")
    @Param("1")
    @EngineArg("max-num-sequence")
    int known;
}
