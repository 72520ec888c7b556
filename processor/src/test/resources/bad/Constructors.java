package com.acme;

import io.dyno.VllmBenchmark;
import java.io.IOException;

class Constructors {
    @VllmBenchmark
    static class WithParameters {
        WithParameters(int n) {} // error: DYNO-206 says <WithParameters has no constructor without parameters>
    }

    @VllmBenchmark
    static class Private {
        private Private() {} // error: DYNO-206 says <the constructor of Private is private>
    }

    @VllmBenchmark
    static class Throwing {
        Throwing() throws IOException {} // error: DYNO-206 says <throws a checked exception; move what can fail into a @Setup method>
    }

    @VllmBenchmark
    static class ThrowingUnchecked {
        ThrowingUnchecked() throws IllegalStateException {}
    }
}
