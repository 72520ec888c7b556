package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;

@VllmBenchmark
class SeveralPrompts {
    @Prompts
    List<Prompt> first(PromptRequest request) {
        return List.of();
    }

    @Prompts
    List<Prompt> second(PromptRequest request) { // error: DYNO-230 at <second> says <second is a second @Prompts method beside first; keep one>
        return List.of();
    }
}
