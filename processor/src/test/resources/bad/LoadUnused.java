package com.acme;

import static io.dyno.Bench.STARTUP;
import static io.dyno.Bench.THROUGHPUT;

import io.dyno.Load;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

class LoadUnused {
    @VllmBenchmark(bench = THROUGHPUT, batchSize = 8) // error: DYNO-106 at <8> says <batchSize is used by LATENCY, and this class measures THROUGHPUT; remove it, or add the bench>
    @Load(maxConcurrency = {8, 32}) // error: DYNO-106 at <{8, 32}> says <maxConcurrency is used by SERVE>
    static class Offline {
        @Param("4")
        double requestRate; // error: DYNO-106 at <requestRate> says <requestRate is used by SERVE>
    }

    @VllmBenchmark(bench = STARTUP, outputLen = 64) // error: DYNO-106 at <64> says <used by SERVE, THROUGHPUT, LATENCY>
    static class Starting {}

    @VllmBenchmark(dataset = "dyno", inputLen = 64) // error: DYNO-106 at <64> says <inputLen means nothing for prompts from dataset dyno>
    static class Texts {}

    @VllmBenchmark(inputLen = 64) // error: DYNO-106 at <64> says <inputLen means nothing for prompts from a @Prompts method>
    static class Own {
        @Prompts
        List<Prompt> prompts(PromptRequest request) {
            return List.of();
        }
    }
}
