package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class ParamWithoutValues {
    @Param // error: DYNO-217 at <@Param> says <@Param field count has no values, and int has no finite list of them; write @Param({…})>
    int count;

    @Param({}) // error: DYNO-217 says <java.lang.String has no finite list of them>
    String text;

    @Param(Param.BLANK_ARGS) // error: DYNO-217 says <field blank has no values>
    double blank;

    enum None {}

    @Param // error: DYNO-217 says <field none has no values>
    None none;

    @Setup
    void read() {}
}
