package com.acme;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.STARTUP;

import io.dyno.Load;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

class Levels {
    @VllmBenchmark
    static class Invocation {
        @Setup(Level.Invocation) // error: DYNO-234 at <Level.Invocation> says <would put code around each request and into its latency; use Level.Trial>
        void before() {}
    }

    @VllmBenchmark
    static class Continuous {
        @TearDown(Level.Iteration) // error: DYNO-235 at <Level.Iteration> says <needs a pause between iterations, and the windows of SERVE are one continuous load; use Level.Trial or @Load(drained = true)>
        void after() {}
    }

    @VllmBenchmark(bench = {SERVE, LATENCY})
    @Load(drained = {true, false})
    static class SometimesContinuous {
        @Setup(Level.Iteration) // error: DYNO-235 says <one continuous load>
        void before() {}
    }

    @VllmBenchmark
    static class BatchAndMore {
        @Param({"inf", "8"})
        int maxConcurrency;

        @Setup(Level.Iteration) // error: DYNO-235 says <one continuous load>
        void before() {}
    }

    @VllmBenchmark(bench = STARTUP)
    static class Startup {
        @Setup // error: DYNO-236 at <@Setup> says <STARTUP calls neither @Setup nor @TearDown and is the only bench of the class; remove the method>
        void before() {}
    }

    @VllmBenchmark(bench = LATENCY)
    static class StandsApart {
        @Setup(Level.Iteration)
        void before() {}
    }

    @VllmBenchmark
    @Load(drained = true)
    static class Drained {
        @Setup(Level.Iteration)
        void before() {}
    }

    @VllmBenchmark
    @Load(maxConcurrency = Load.UNCAPPED)
    static class Batch {
        @Setup(Level.Iteration)
        void before() {}
    }
}
