package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark(dtype = "bfloat61") // error: DYNO-103 at <"bfloat61"> says <did you mean "bfloat16"?>
class ValueChoices {
    @Param({"fcfs", "prio"}) // error: DYNO-103 at <"prio"> says <must be one of fcfs, priority>
    @EngineArg
    String schedulingPolicy;
}
