package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.EngineWish;
import io.dyno.engine.Engines;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The simulator, chosen and launched like any engine: what it says of itself is read as vLLM's words are. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SimulatorLaunchTest {
    private static final String MODEL = "Qwen/Qwen3-8B";

    @TempDir
    Path folder;

    @Test
    void theSimulatorBecomesReadyAndTellsItsPhasesAndWhatIsInForce() throws Exception {
        try (EngineHandle engine = launch("--max-model-len", "4096")) {
            assertThat(engine.info().simulated()).isTrue();
            assertThat(engine.info().version()).isNotNull();
            assertThat(engine.startup())
                    .extracting(StartupPhase::name)
                    .startsWith("weights")
                    .contains("kv-cache")
                    .endsWith("ready");
            assertThat(engine.inForce().values())
                    .containsEntry("maxModelLen", "4096")
                    .containsKey("kv_cache_size_tokens");
            assertThat(engine.resetPrefixCache()).as("dev mode is on").isTrue();
        }
    }

    @Test
    void aFlagThatItDoesNotKnowIsAConfigurationErrorWithItsWords() {
        EngineException refused = catchThrowableOfType(
                EngineException.class, () -> launch("--max-num-seq", "4").close());

        assertThat(refused).as("the start fails").isNotNull();
        assertThat(refused.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(refused.failure().line()).contains("unrecognized arguments: --max-num-seq");
    }

    private EngineHandle launch(String... flags) throws Exception {
        EngineChoice choice = Engines.choose(new EngineWish("sim", null, List.of(), "gpu=H100;gpus=1", true));
        List<String> argv = new ArrayList<>(choice.command());
        argv.addAll(List.of("serve", MODEL, "--port", EngineSpec.PORT));
        argv.addAll(List.of(flags));
        Map<String, String> env = new TreeMap<>(choice.env());
        env.put("VLLM_SERVER_DEV_MODE", "1");
        EngineSpec spec = new EngineSpec(
                choice.engine(),
                EngineConfiguration.Kind.SERVER,
                MODEL,
                new Topology(1, 1, 1, 1, 1, 1),
                List.of(new ProcessSpec(0, ProcessSpec.Role.SINGLE, argv, env)));
        return new LocalLauncher()
                .launch(
                        spec,
                        new Request(
                                folder.resolve("engine.log"),
                                Duration.ofSeconds(60),
                                UnaryOperator.identity(),
                                phase -> {}));
    }
}
