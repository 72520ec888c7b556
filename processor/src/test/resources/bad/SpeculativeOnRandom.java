package com.acme;

import io.dyno.VllmBenchmark;

class SpeculativeOnRandom {
    @VllmBenchmark(speculativeConfig = "{\"method\": \"ngram\"}") // warning: DYNO-120 at <"{\"method\": \"ngram\"}"> says <dataset random sends random tokens that nobody can guess>
    static class Doubtful {}

    @SuppressWarnings("dyno")
    @VllmBenchmark(dataset = "random", speculativeConfig = "{\"method\": \"ngram\"}")
    static class Meant {}
}
