package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class StaticParam {
    @Param("8")
    static int maxConcurrency; // error: DYNO-211 at <maxConcurrency> says <is static, but each point has an instance and a value of its own>
}
