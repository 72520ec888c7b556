package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;

@VllmBenchmark
class EngineArgWithoutParam {
    @EngineArg("max-num-seqs") // error: DYNO-221 at <@EngineArg> says <field n has @EngineArg but no @Param, so the flag gets no value; add @Param({…})>
    int n = 8;
}
