package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark(
        engineArgs = {
            "5", // error: DYNO-117 at <"5"> says <engineArgs: "5" stands behind no flag that takes it>
            "--max-logprobs 5", // error: DYNO-117 at <"--max-logprobs 5"> says <no shell splits it: write {"--max-logprobs", "5"}>
            "--enable-lora=true", // error: DYNO-117 at <"--enable-lora=true"> says <write --enable-lora or --no-enable-lora>
            "--scheduling-policy" // error: DYNO-117 at <"--scheduling-policy"> says <--scheduling-policy needs a value>
        })
class EngineArgsSyntax {}
