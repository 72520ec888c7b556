package com.acme;

import io.dyno.VllmBenchmark;

class JsonSyntax {
    @VllmBenchmark(dataset = "dyno", speculativeConfig = "{\"method\": ngram}") // error: DYNO-119 at <"{\"method\": ngram}"> says <is no JSON>
    static class Unquoted {}

    @VllmBenchmark(dataset = "dyno", speculativeConfig = "[1]") // error: DYNO-119 at <"[1]"> says <is no JSON object>
    static class NoObject {}

    @VllmBenchmark(engineArgs = {"--compilation-config", "{mode: 3}"}) // error: DYNO-119 says <--compilation-config {mode: 3}: is no JSON>
    static class Argument {}
}
