package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@SuppressWarnings({"unused", "dyno"})
@VllmBenchmark(engineArgs = "--quantum-entanglement", tp = 0) // error: DYNO-102 at <0> says <must be at least 1>
class SuppressedOnClass {
    @Param("1")
    @EngineArg("max-num-seq")
    int n;
}
