package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class ParamDuplicates {
    @Param({"1", "2", "1"}) // error: DYNO-216 at <"1"})> says <has the value "1" twice; for repetition use forks or iterations>
    int anInt;

    @Param({"0.5", "0.50"}) // error: DYNO-216 at <"0.50"> says <"0.50" twice, the same as "0.5">
    double aDouble;

    @Param({"a", "A", "a"}) // error: DYNO-216 at <"a"})> says <"a" twice>
    String text;

    @Setup
    void read() {}
}
