package com.acme;

import io.dyno.Sampling;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

@VllmBenchmark(tp = 4, outputLen = 256, sampling = @Sampling(topP = 1))
@Fork(2)
@Warmup(time = 10)
class Chat extends Team {
    @Setup
    void own() {}
}
