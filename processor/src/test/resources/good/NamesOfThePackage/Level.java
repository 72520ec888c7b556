package com.names;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark(bench = io.dyno.Bench.SERVE)
public class Level {
    @Setup(org.openjdk.jmh.annotations.Level.Trial)
    public void prepare() {}
}
