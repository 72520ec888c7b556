package com.acme;

import io.dyno.Load;
import io.dyno.VllmBenchmark;

class BurstinessWithoutRate {
    @VllmBenchmark
    @Load(burstiness = 0.5) // error: DYNO-109 at <0.5> says <burstiness shapes the gaps of a finite requestRate, and none is given>
    static class NoRate {}

    @VllmBenchmark
    @Load(requestRate = Load.INF, burstiness = 2) // error: DYNO-109 at <2> says <give one, or remove burstiness>
    static class InfiniteRate {}
}
