package com.acme;

import io.dyno.EngineArg;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark(
        tp = 2,
        maxNumSeqs = 256,
        engineArgs = {
            "--max-logprobs", "5",
            "--max_num_seqs", "16" // error: DYNO-105 at <"--max_num_seqs"> says <engineArgs set --max-num-seqs, and so does the attribute maxNumSeqs; keep one>
        })
class SettingTwice {
    @Param({"1", "2"})
    int tp; // error: DYNO-105 at <tp> says <the setting tp is set twice, here and by the attribute tp; keep one>

    @Param("2")
    @EngineArg("seed")
    int other;

    @Param("1")
    int engineSeed; // error: DYNO-105 at <engineSeed> says <the setting engineSeed is set twice, here and by the field other>
}
