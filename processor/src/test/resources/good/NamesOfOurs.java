package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Names that generated code uses too. */
class NamesOfOurs {
    @VllmBenchmark
    static class BenchmarkDescriptor {
        enum Level {
            LOW,
            HIGH
        }

        @Param
        Level instance;

        @Param("1")
        int benchmark;

        @Setup
        void setup() {}
    }

    @VllmBenchmark
    static class List {
        @Param("1")
        int field;

        @Param("2")
        int value;

        @Setup
        void descriptor() {}
    }
}
