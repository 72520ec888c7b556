package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import org.openjdk.jmh.annotations.TearDown;

@VllmBenchmark
class StaticOnly {
    @Prompts
    static List<Prompt> prompts(PromptRequest request) {
        return List.of(Prompt.of("Why is the sky blue?"));
    }

    @TearDown
    static void clear() {}
}
