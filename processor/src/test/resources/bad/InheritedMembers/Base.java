package com.base;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

public class Base {
    @Param("8")
    protected int maxConcurrency; // error: DYNO-213 at <maxConcurrency> says <maxConcurrency is inherited from package com.base and not public, so the definition in com.acme cannot set it; make it public>

    @Param("1")
    int tp; // error: DYNO-213 at <tp> says <cannot set it>

    @Param("1")
    public int pp;

    @Prompts
    protected List<Prompt> prompts(PromptRequest request) { // error: DYNO-213 at <prompts> says <cannot call it; make it public>
        return List.of();
    }

    @Setup
    void prepare() {} // error: DYNO-213 at <prepare> says <cannot call it>

    @TearDown
    protected void overriddenWithinReach() {} // error: DYNO-213 at <overriddenWithinReach> says <cannot call it>
}
