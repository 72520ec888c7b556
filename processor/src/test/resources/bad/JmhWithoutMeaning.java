package com.acme;

import io.dyno.VllmBenchmark;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

@VllmBenchmark
@Fork(
        value = 3,
        jvm = "/opt/java", // error: DYNO-240 at <"/opt/java"> says <@Fork(jvm) means nothing to Dyno: a fork is a fresh engine, not a JVM; use engineArgs and env of @VllmBenchmark>
        jvmArgs = "-Xmx1g", // error: DYNO-240 at <"-Xmx1g"> says <@Fork(jvmArgs)>
        jvmArgsPrepend = "-ea", // error: DYNO-240 says <@Fork(jvmArgsPrepend)>
        jvmArgsAppend = {"-ea", "-esa"}) // error: DYNO-240 at <{"-ea"> says <@Fork(jvmArgsAppend)>
@Threads(8) // error: DYNO-241 at <8> says <@Threads means nothing to Dyno: requests in flight make the load; use @Load(maxConcurrency = …)>
@BenchmarkMode(Mode.Throughput) // error: DYNO-242 at <Mode.Throughput> says <use bench = … of @VllmBenchmark>
@OutputTimeUnit(TimeUnit.SECONDS) // error: DYNO-243 says <metrics have units of their own; remove it>
@OperationsPerInvocation(100) // error: DYNO-244 at <100> says <requests and tokens are counted>
@Timeout(time = 60) // error: DYNO-245 says <use -to on the command line>
@State(Scope.Benchmark) // error: DYNO-248 at <Scope.Benchmark> says <@State means nothing to Dyno: Dyno makes one instance per point and fork>
@Warmup(iterations = 1, batchSize = 4) // error: DYNO-247 at <4> says <@Warmup(batchSize) means nothing to Dyno: it counts calls of a method; use batchSize or numPrompts of @VllmBenchmark>
@Measurement(batchSize = 4) // error: DYNO-247 says <@Measurement(batchSize)>
@CompilerControl(CompilerControl.Mode.DONT_INLINE) // error: DYNO-248 says <@CompilerControl means nothing>
class JmhWithoutMeaning {
    @Benchmark // error: DYNO-246 at <@Benchmark> says <nothing would call it; move it into a class of its own>
    @Group("g") // error: DYNO-248 at <"g"> says <@Group means nothing>
    @Threads(2) // error: DYNO-241 at <2> says <@Load(maxConcurrency = …)>
    @Fork(1) // error: DYNO-249 at <@Fork> says <@Fork on a method has no effect: the class is the benchmark; put it onto the class>
    @Warmup(iterations = 1) // error: DYNO-249 says <@Warmup on a method>
    @Measurement(iterations = 1) // error: DYNO-249 says <@Measurement on a method>
    public void jmh() {}
}
