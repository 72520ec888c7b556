package com.acme;

import io.dyno.VllmBenchmark;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class ParamTypes {
    private enum Hidden {
        A
    }

    @Param("8")
    int[] array; // error: DYNO-214 at <array> says <has type int[], which cannot be made from text>

    @Param("8")
    List<String> list; // error: DYNO-214 at <list> says <has type java.util.List<java.lang.String>, which cannot be made from text>

    @Param("8")
    Object object; // error: DYNO-214 at <object> says <String or an enum>

    @Param("A")
    Hidden hidden; // error: DYNO-214 at <hidden> says <which com.acme cannot name; make the enum accessible>

    @Setup
    void read() {}
}
