package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

class ParamHiddenBase {
    @Param("8")
    int maxConcurrency;
}

@VllmBenchmark
class ParamHidden extends ParamHiddenBase {
    int maxConcurrency; // error: DYNO-218 at <maxConcurrency> says <field maxConcurrency of ParamHidden hides the @Param field of ParamHiddenBase>
}
