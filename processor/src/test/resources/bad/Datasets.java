package com.acme;

import io.dyno.Bench;
import io.dyno.Endpoint;
import io.dyno.VllmBenchmark;

class Datasets {
    @VllmBenchmark(dataset = {"dyno", "randon"}) // error: DYNO-121 at <"randon"> says <did you mean "random"?>
    static class Unknown {}

    @VllmBenchmark(dataset = "jsonl") // error: DYNO-122 at <"jsonl"> says <prompts from dataset jsonl are read from a file, and datasetPath names none>
    static class WithoutPath {}

    @VllmBenchmark(dataset = "dyno", datasetPath = "prompts.jsonl") // error: DYNO-123 at <"prompts.jsonl"> says <prompts from dataset dyno read no file; remove it>
    static class NeedlessPath {}

    @VllmBenchmark(dataset = "prefix_repetition", endpoint = Endpoint.CHAT) // error: DYNO-139 at <Endpoint.CHAT> says <chat takes text only>
    static class IdsOnChat {}

    @VllmBenchmark(dataset = "prefix_repetition", bench = Bench.LATENCY) // error: DYNO-138 at <"prefix_repetition"> says <batchSize = 8 is below numPrefixes = 10>
    static class MorePrefixesThanPrompts {}

    @VllmBenchmark(dataset = "sonnet", datasetPath = "sonnet.txt", prefixLen = 550) // error: DYNO-140 at <550> says <prefixLen = 550 leaves nothing of a prompt's own of inputLen = 550>
    static class NothingOfItsOwn {}
}
