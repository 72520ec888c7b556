package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class ValueSyntax {
    @Param({"1", "two"}) // error: DYNO-101 at <"two"> says <tp = two: is not a whole number>
    String tp;

    @Param("often") // error: DYNO-101 at <"often"> says <requestRate = often: is not a number>
    String requestRate;

    @Param("maybe") // error: DYNO-101 at <"maybe"> says <neither true nor false>
    String enforceEager;
}
