package com.acme;

import io.dyno.EngineInfo;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

@VllmBenchmark
class LifecycleSignature {
    @Setup
    void wrongParameter(String url) {} // error: DYNO-233 at <wrongParameter> says <takes java.lang.String but may take one EngineInfo or nothing>

    @Setup
    void twoParameters(EngineInfo engine, EngineInfo again) {} // error: DYNO-233 says <takes io.dyno.EngineInfo, io.dyno.EngineInfo but>

    @TearDown
    int returning() { // error: DYNO-233 at <returning> says <returns int, which nobody would see; make it void>
        return 0;
    }

    @TearDown
    void throwing() throws Throwable {} // error: DYNO-233 says <write throws Exception>
}
