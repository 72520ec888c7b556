package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Setup;

interface WithStatic {
    @Setup
    static void prepare() {} // error: DYNO-213 at <prepare> says <prepare is a static method of an interface, which classes do not inherit; remove static and make it default>
}

@VllmBenchmark
class StaticInterfaceMethod implements WithStatic {}
