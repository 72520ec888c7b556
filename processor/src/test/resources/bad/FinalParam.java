package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class FinalParam {
    @Param("8")
    final int maxConcurrency = 0; // error: DYNO-210 at <maxConcurrency> says <is final, so its values cannot be set; remove final>
}
