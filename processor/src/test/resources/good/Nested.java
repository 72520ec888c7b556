package com.acme;

import io.dyno.VllmBenchmark;
import org.openjdk.jmh.annotations.Param;

class Nested<T> {
    @VllmBenchmark
    static class PackagePrivate {
        @Param
        boolean drained;
    }

    @VllmBenchmark
    protected static class Protected {}

    interface Holder {
        @VllmBenchmark
        class InInterface {
            @VllmBenchmark
            public static class Deeper {}
        }
    }
}
