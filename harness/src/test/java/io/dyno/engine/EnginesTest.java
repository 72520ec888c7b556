package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dyno.engine.EngineRefusedException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole decision as a table: what was asked, what the machine has, what comes of it. */
class EnginesTest {
    private static final List<GpuProbe.Gpu> ONE_GPU =
            List.of(new GpuProbe.Gpu(0, "GPU-1", "NVIDIA H100 80GB HBM3", null));

    /** The columns: -engine, -vllm, -url, -sim, DYNO_VLLM; GPUs; programs there are; the engine chosen or the refusal's kind. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # engine, vllm,  url,           sim,      DYNO_VLLM, gpus, programs,     outcome
            -,        -,     -,             -,        -,         0,    -,            SIM
            auto,     -,     -,             -,        -,         0,    -,            SIM
            -,        -,     -,             gpu=H200, -,         0,    -,            SIM
            -,        -,     -,             -,        -,         0,    vllm,         SIM
            -,        -,     -,             -,        -,         1,    vllm,         VLLM
            -,        -,     -,             -,        -,         1,    -,            UNAVAILABLE
            -,        -,     -,             gpu=H200, -,         1,    vllm,         USAGE
            -,        -,     -,             gpu=H200, -,         1,    -,            USAGE
            -,        /v,    -,             -,        -,         0,    /v,           VLLM
            -,        /v,    -,             -,        -,         1,    /v,           VLLM
            -,        /v,    -,             -,        -,         1,    vllm,         UNAVAILABLE
            -,        -,     -,             -,        /v,        0,    /v,           VLLM
            -,        -,     -,             -,        /v,        0,    -,            UNAVAILABLE
            -,        /v,    -,             -,        /w,        0,    /v,           VLLM
            -,        -,     -,             -,        '  ',      0,    -,            SIM
            vllm,     -,     -,             -,        -,         0,    vllm,         VLLM
            vllm,     -,     -,             -,        -,         0,    -,            UNAVAILABLE
            vllm,     -,     -,             -,        /v,        0,    /v;vllm,      VLLM
            sim,      -,     -,             -,        -,         1,    vllm,         SIM
            sim,      -,     -,             gpu=L4,   /v,        1,    /v,           SIM
            -,        -,     http://h:8000, -,        -,         1,    vllm,         REMOTE
            remote,   -,     http://h:8000, -,        /v,        0,    -,            REMOTE
            remote,   -,     -,             -,        -,         0,    -,            USAGE
            sim,      -,     http://h:8000, -,        -,         0,    -,            USAGE
            vllm,     -,     http://h:8000, -,        -,         0,    vllm,         USAGE
            -,        /v,    http://h:8000, -,        -,         0,    /v,           USAGE
            sim,      /v,    -,             -,        -,         0,    /v,           USAGE
            -,        /v,    -,             gpu=L4,   -,         0,    /v,           USAGE
            vllm,     -,     -,             gpu=L4,   -,         0,    vllm,         USAGE
            -,        -,     http://h:8000, gpu=L4,   -,         0,    -,            USAGE
            vlm,      -,     -,             -,        -,         0,    vllm,         USAGE
            """)
    void theDecision(
            String engine,
            String vllm,
            String url,
            String sim,
            String variable,
            int gpus,
            String programs,
            String outcome) {
        Set<String> there = programs == null ? Set.of() : Set.of(programs.split(";", -1));
        String chosen;
        try {
            chosen = decide(
                            new EngineWish(engine, vllm, url == null ? List.of() : List.of(url), sim, true),
                            variable,
                            gpus,
                            there)
                    .engine()
                    .name();
        } catch (EngineRefusedException e) {
            chosen = e.kind().name();
        }
        assertThat(chosen).isEqualTo(outcome);
    }

    @Test
    void vllmIsCalledByItsPath() throws EngineRefusedException {
        EngineChoice choice = decide(EngineWish.auto(), null, 1, Set.of("vllm"));

        assertThat(choice.command()).containsExactly("/bin/vllm");
        assertThat(choice.reason()).isEqualTo("found on PATH");
        assertThat(choice.gpus()).isEqualTo(ONE_GPU);
    }

    @Test
    void theSimulatorIsAJvmOfOurOwnClassPathThatIsToldItsMachine() throws EngineRefusedException {
        EngineChoice choice =
                decide(new EngineWish("sim", null, List.of(), "gpu=H200;gpus=8", true), null, 0, Set.of());

        assertThat(choice.command())
                .startsWith(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .endsWith("-cp", System.getProperty("java.class.path"), "io.dyno.engine.sim.SimMain");
        assertThat(choice.env()).isEqualTo(Map.of("DYNO_SIM", "gpu=H200;gpus=8"));
    }

    @Test
    void aDryRunNeedsNoVllm() throws EngineRefusedException {
        EngineChoice choice = decide(new EngineWish("vllm", null, List.of(), null, false), null, 1, Set.of());

        assertThat(choice.command()).containsExactly("vllm");
    }

    @Test
    void aMachineThatCouldMeasureIsToldItsRemedies() {
        EngineRefusedException refused =
                catchThrowableOfType(EngineRefusedException.class, () -> decide(EngineWish.auto(), null, 1, Set.of()));

        assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(refused)
                .hasMessage(
                        "this machine has 1 GPU (NVIDIA H100 80GB HBM3) but no vllm on the PATH, and Dyno does not simulate where it"
                                + " could measure; name one with -vllm /path/to/vllm or DYNO_VLLM, attach to a running server"
                                + " with -url http://host:8000, or simulate with -engine sim");
    }

    @Test
    void aMisspeltEngineIsSuggested() {
        EngineRefusedException refused = catchThrowableOfType(
                EngineRefusedException.class,
                () -> decide(new EngineWish("vlm", null, List.of(), null, true), null, 0, Set.of()));

        assertThat(refused)
                .hasMessage(
                        "there is no engine \"vlm\"; engines are auto, vllm, sim and remote; did you mean \"vllm\"?");
    }

    private static EngineChoice decide(EngineWish wish, String variable, int gpus, Set<String> programs)
            throws EngineRefusedException {
        return Engines.decide(
                wish,
                name -> name.equals("DYNO_VLLM") ? variable : null,
                gpus == 0 ? List.of() : ONE_GPU,
                name -> programs.contains(name)
                        ? Optional.of(name.startsWith("/") ? Path.of(name) : Path.of("/bin", name))
                        : Optional.empty());
    }
}
