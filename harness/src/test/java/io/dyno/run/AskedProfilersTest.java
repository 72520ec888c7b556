package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AskedProfilersTest {
    private static final EngineChoice VLLM = new EngineChoice(
            EngineKind.VLLM, List.of("vllm"), List.of("python3"), Map.of(), List.of(), List.of(), "for a test");

    @Test
    void aProfilerIsHeldAgainstTheEnvironmentThatTheEngineWillHave() throws Exception {
        AskedProfilers asked = asked(true);

        assertThatCode(() -> asked.check(VLLM, plan("[\"NEEDED=1\"]"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> asked.check(VLLM, plan("[\"OTHER=1\"]")))
                .isInstanceOf(UsageException.class)
                .hasMessage("profiler \"picky\" is not supported here: NEEDED is not in the engine's environment");
    }

    @Test
    void aPlanAsksNoVllm() throws Exception {
        AskedProfilers asked = asked(false);

        assertThatCode(() -> asked.check(VLLM, plan("[]"))).doesNotThrowAnyException();
    }

    private static AskedProfilers asked(boolean started) throws UsageException {
        return AskedProfilers.of(
                CommandLine.parse(List.of("Chat", "-prof", "picky")).options(), started, leftOut -> {});
    }

    private static Plan plan(String env) throws Exception {
        return Planner.plan(
                List.of(new TestBenchmarks.Chat().descriptor()),
                PlanRequest.builder().parameter("env", env).build());
    }
}
