package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark(
        engineArgs = {
            "--max-logprobs", "5",
            "--port", "8000", // error: DYNO-114 at <"--port"> says <--port cannot be set by a benchmark: the engine listens on loopback and a free port>
        })
class FlagsOfDyno {
    @Param("node-1")
    @EngineArg("host") // error: DYNO-114 at <"host"> says <--host cannot be set by a benchmark>
    String where;
}
