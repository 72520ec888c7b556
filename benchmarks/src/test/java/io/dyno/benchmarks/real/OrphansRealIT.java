package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.benchmarks.Offspring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever is killed on the real vLLM, Dyno, its API server or its core: 15 s later nothing of it lives, and what happened is told. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class OrphansRealIT {
    private static final Duration GONE = Duration.ofSeconds(15);

    private static final String API_SERVER = "vllm serve";
    private static final String CORE = "VLLM::EngineCore";

    @TempDir
    Path folder;

    @Test
    void dynoIsKilledWhileTheEngineStarts() throws Exception {
        try (RealDyno dyno = endless()) {
            await(dyno, () -> !processes(dyno, CORE).isEmpty());

            kill(dyno.pid());

            assertThat(dyno.exit()).isEqualTo(137);
            assertNothingIsLeft(dyno);
        }
    }

    @Test
    void dynoIsKilledUnderLoad() throws Exception {
        try (RealDyno dyno = endless()) {
            awaitLoad(dyno);

            kill(dyno.pid());

            assertThat(dyno.exit()).isEqualTo(137);
            assertNothingIsLeft(dyno);
            assertThat(dyno.journal()).as("what was complete").contains("\"event\":\"iteration\"");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vllm serve       | the engine ended with SIGKILL while it was in use
            VLLM::EngineCore | unexpectedly
            """)
    void aPartOfTheEngineIsKilledUnderLoad(String victim, String told) throws Exception {
        try (RealDyno dyno = endless()) {
            awaitLoad(dyno);

            kill(processes(dyno, victim).get(0));

            assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(1);
            assertNothingIsLeft(dyno);
            JsonNode failure = dyno.results().at("/benchmarks/0/failure");
            assertThat(failure.at("/class").asText()).as("%s", failure).isEqualTo("server_crash");
            assertThat(failure.at("/message").asText()).contains(told);
            assertThat(failure.at("/log").asText()).startsWith("logs/");
            assertThat(dyno.journal()).contains("\"event\":\"failure\"");
            assertThat(dyno.console())
                    .contains("FAILED  server_crash: the engine ended with ")
                    .contains("to do  ");
        }
    }

    private RealDyno endless() throws Exception {
        return RealDyno.start(folder, "RateSweep", "-p", "requestRate=2", "-w", "1s", "-i", "500", "-r", "1s");
    }

    private static void awaitLoad(RealDyno dyno) {
        await(dyno, () -> dyno.journal().contains("\"kind\":\"measurement\""));
        assertThat(processes(dyno, API_SERVER)).as("API servers").hasSize(1);
        assertThat(processes(dyno, CORE)).as("engine cores").hasSize(1);
    }

    private static void await(RealDyno dyno, BooleanSupplier condition) {
        assertThat(Offspring.await(RealDyno.SOON, condition))
                .as("%s", dyno.console())
                .isTrue();
    }

    private static List<Long> processes(RealDyno dyno, String title) {
        return dyno.alive().stream()
                .filter(line -> line.contains(title))
                .map(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly())
                .as("SIGKILL")
                .isTrue();
    }

    private static void assertNothingIsLeft(RealDyno dyno) {
        Offspring.await(GONE, () -> dyno.alive().isEmpty());
        assertThat(dyno.alive()).as("processes that are left after %s", GONE).isEmpty();
    }
}
