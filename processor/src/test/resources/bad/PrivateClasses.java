package com.acme;

import io.dyno.VllmBenchmark;

class PrivateClasses {
    @VllmBenchmark
    private static class Itself {} // error: DYNO-204 says <Itself is private, so the definition of Itself cannot name it; package-private is enough>

    private static class Around { // error: DYNO-204 says <Around is private, so the definition of Inside cannot name it>
        @VllmBenchmark
        static class Inside {}
    }
}
