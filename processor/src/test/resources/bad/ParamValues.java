package com.acme;

import io.dyno.Endpoint;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class ParamValues {
    @Param({"8", "many"}) // error: DYNO-215 at <"many"> says <field anInt cannot hold "many": it is not an int>
    int anInt;

    @Param({
        "1",
        "inf", // error: DYNO-215 at <"inf"> says <it is not an int>
        "2147483648" // error: DYNO-215 at <"2147483648"> says <it is beyond the range of an int>
    })
    Integer anInteger;

    @Param("1.5") // error: DYNO-215 at <"1.5"> says <it is not a long>
    long aLong;

    @Param("40000") // error: DYNO-215 at <"40000"> says <it is beyond the range of a short>
    short aShort;

    @Param("128") // error: DYNO-215 at <"128"> says <it is beyond the range of a byte>
    Byte aByte;

    @Param({"inf", "infinite"}) // error: DYNO-215 at <"infinite"> says <it is not a double (a decimal number or inf)>
    double aDouble;

    @Param("1e39") // error: DYNO-215 at <"1e39"> says <it is not a float>
    float aFloat;

    @Param("yes") // error: DYNO-215 at <"yes"> says <it is not a boolean (true or false)>
    boolean aBoolean;

    @Param("ab") // error: DYNO-215 at <"ab"> says <it is not a char (one character)>
    char aChar;

    @Param({"COMPLETIONS", "CHATT"}) // error: DYNO-215 at <"CHATT"> says <it is none of COMPLETIONS, CHAT; did you mean "CHAT"?>
    Endpoint anEnum;

    @Setup
    void read() {}
}
