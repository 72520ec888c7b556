package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

@VllmBenchmark
class PrivateMembers {
    @Param("8")
    private int maxConcurrency; // error: DYNO-212 at <maxConcurrency> says <is private, so generated code cannot set it>

    @Prompts
    private List<Prompt> prompts(PromptRequest request) { // error: DYNO-212 at <prompts> says <prompts is private, so generated code cannot call it>
        return List.of();
    }

    @Setup
    private void load() {} // error: DYNO-212 at <load> says <package-private is enough>
}
