package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark(dataset = "dyno") // error: DYNO-232 at <"dyno"> says <the class makes its prompts in a @Prompts method, so a dataset would not be read; remove one of them>
class PromptsAndDataset {
    @Prompts
    List<Prompt> prompts(PromptRequest request) {
        return List.of();
    }
}

@VllmBenchmark
class PromptsAndDatasetField {
    @Param({"random", "dyno"})
    String dataset; // error: DYNO-232 at <dataset> says <remove one of them>

    @Prompts
    List<Prompt> prompts(PromptRequest request) {
        return List.of();
    }
}
