package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

class DeprecatedBenchmark {
    @VllmBenchmark
    @Deprecated
    static class Whole {}

    @VllmBenchmark
    static class Members {
        @Deprecated(forRemoval = true)
        @Param("1")
        int tp;

        @Deprecated
        @Setup
        void prepare() {}
    }
}
