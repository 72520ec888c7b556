package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class ParamNamedLikeSetting {
    @Param("8")
    @EngineArg("max-num-seqs") // error: DYNO-220 at <"max-num-seqs"> says <field tp is named like the setting tp but sets maxNumSeqs; rename the field>
    int tp;

    @Param("8")
    @EngineArg // error: DYNO-220 at <@EngineArg> says <field seed is named like the setting seed but sets engineSeed>
    int seed;
}
