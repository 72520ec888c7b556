package com.acme;

import io.dyno.Bench;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;

class Objectives {
    @VllmBenchmark
    @Slo // error: DYNO-125 at <@Slo> says <@Slo without a limit is met by every request; give ttftMillis, tpotMillis or e2elMillis>
    static class NoLimit {}

    @VllmBenchmark
    @Slo(
            ttftMillis = 0, // error: DYNO-126 at <0> says <ttftMillis = 0.0: a limit is a number of ms greater than 0>
            tpotMillis = -5, // error: DYNO-126 at <-5> says <tpotMillis = -5.0>
            e2elMillis = Double.POSITIVE_INFINITY, // error: DYNO-126 says <e2elMillis = Infinity>
            attainment = 99) // error: DYNO-126 at <99> says <attainment = 99.0: it is a share in (0, 1]; 99 % is 0.99>
    static class Ranges {}

    @VllmBenchmark(bench = Bench.LATENCY)
    @Slo(ttftMillis = 500) // error: DYNO-127 at <@Slo> says <@Slo is about requests of SERVE, and this class measures LATENCY>
    static class NoUser {}
}
