package com.acme;

import io.dyno.Bench;
import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.io.IOException;
import java.util.ArrayList;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

interface Logged {
    @Setup
    default void fromInterface() {}
}

abstract class LifecycleBase<T> implements Logged {
    @Param({"a", "b"})
    T variant;

    @Setup
    void baseFirst(EngineInfo engine) throws IOException {}

    @Setup
    void overridden() {}

    @Setup(Level.Iteration)
    abstract void filledIn();

    @TearDown
    void baseLast() {}

    @Prompts
    abstract Iterable<Prompt> prompts(PromptRequest request) throws IOException;
}

@VllmBenchmark(bench = {Bench.THROUGHPUT, Bench.LATENCY})
class Lifecycle extends LifecycleBase<String> {
    @Setup
    static void onTheClass() {}

    @Setup(Level.Iteration)
    @TearDown(Level.Iteration)
    void around(EngineInfo engine) {}

    @Override
    void overridden() {}

    @Override
    void filledIn() {}

    @TearDown
    void derivedFirst() throws Exception {}

    @Override
    ArrayList<Prompt> prompts(PromptRequest request) {
        return new ArrayList<>();
    }
}
