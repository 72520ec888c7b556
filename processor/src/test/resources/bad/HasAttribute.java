package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark(engineArgs = {"--max-logprobs", "5", "-tp", "2"}) // error: DYNO-118 at <"-tp"> says <--tensor-parallel-size in engineArgs has the attribute tp: written there it is checked>
class HasAttribute {}
