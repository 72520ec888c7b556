package com.base;

import io.dyno.Load;
import io.dyno.Sampling;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/** Abstract, so a base only: what all benchmarks of a company share. */
@VllmBenchmark(
        model = "Qwen/Qwen3-8B",
        tp = {1, 2},
        inputLen = 512,
        sampling = @Sampling(temperature = 0.7, topP = 0.9))
@Load(maxConcurrency = 8)
@Slo(ttftMillis = 500, tpotMillis = 50)
@Fork(value = 5, warmups = 1)
@Warmup(iterations = 2, time = 1, timeUnit = TimeUnit.MINUTES)
public abstract class Company {
    @Param({"128", "256"})
    public int maxNumSeqs;

    @Setup
    public void prepare() {}

    /** Nested in the base, and seen through it. */
    public enum Tone {
        WARM,
        COLD
    }

    @Param
    public Tone tone;
}
