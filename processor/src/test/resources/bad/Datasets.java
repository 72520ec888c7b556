package com.acme;

import io.dyno.VllmBenchmark;

class Datasets {
    @VllmBenchmark(dataset = {"dyno", "randon"}) // error: DYNO-121 at <"randon"> says <must be one of random, dyno, jsonl; did you mean "random"?>
    static class Unknown {}

    @VllmBenchmark(dataset = "jsonl") // error: DYNO-122 at <"jsonl"> says <dataset jsonl reads a file, and datasetPath names none>
    static class WithoutPath {}

    @VllmBenchmark(dataset = "dyno", datasetPath = "prompts.jsonl") // error: DYNO-123 at <"prompts.jsonl"> says <prompts from dataset dyno read no file; remove it>
    static class NeedlessPath {}
}
