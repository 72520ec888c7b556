package com.acme;

import io.dyno.Bench;
import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

@VllmBenchmark(bench = {Bench.SERVE, Bench.LATENCY, Bench.SERVE}) // error: DYNO-135 at <{Bench.SERVE> says <has one of them twice; keep one>
@Fork(
        value = 0, // error: DYNO-128 at <0> says <@Fork(value = 0) must be at least 1>
        warmups = -2) // error: DYNO-128 at <-2> says <@Fork(warmups = -2) must be at least 0>
@Warmup(
        iterations = -3, // error: DYNO-129 at <-3> says <@Warmup(iterations = -3) must be at least 0>
        time = -5) // error: DYNO-130 at <-5> says <@Warmup(time) must be greater than 0>
@Measurement(
        iterations = 0, // error: DYNO-129 at <0> says <@Measurement(iterations = 0) must be at least 1>
        time = 0) // error: DYNO-130 at <0> says <to measure by count, leave it out and set numPrompts>
class Counts {}
