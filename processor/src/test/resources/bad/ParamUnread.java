package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class ParamUnread {
    @Param("8")
    int maxConcurency; // error: DYNO-219 at <maxConcurency> says <names no setting, and the class has no method that could read it; did you mean "maxConcurrency"?>

    @Param("8")
    int flavour; // error: DYNO-219 at <flavour> says <name a setting, add @EngineArg for a flag, or add a @Prompts or @Setup method that reads it>

    @Setup
    static void cannotReadAnInstance() {}
}
