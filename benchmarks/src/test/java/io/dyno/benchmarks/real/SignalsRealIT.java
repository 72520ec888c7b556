package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.benchmarks.Offspring;
import io.dyno.engine.sim.contract.SimProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A signal ends an idle vLLM and an idle simulator alike. Idle, because how vLLM ends under an open stream is a race: docs/simulator.md tells
 * what was seen of it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SignalsRealIT {
    /** For processes whose parent has ended; on a busy machine that takes a while. */
    private static final Duration SOON = Duration.ofSeconds(30);

    /** What vLLM says of its shutdown and what its web server says, without times and process ids. */
    private static final Pattern SAID = Pattern.compile("\\[[a-z_]+\\.py:\\d+] (\\[shutdown].*)|^(INFO: .*)$");

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalEndsAnIdleServerAsItEndsTheSimulator(String signal) throws Exception {
        try (RealServer server = RealServer.start("ended-by-" + signal);
                SimProcess sim = SimProcess.servingModel(RealVllm.model().toString(), "gpu=H100", "--enforce-eager")) {
            List<ProcessHandle> ofTheSimulator = sim.process().descendants().toList();

            server.signal(signal);
            sim.signal(signal);

            assertThat(server.exitCode())
                    .as("vLLM's exit code beside the simulator's")
                    .isEqualTo(sim.exitCode())
                    .isZero();
            assertThat(Offspring.await(SOON, () -> server.alive().isEmpty()))
                    .as("nothing of vLLM is left: %s", server.alive())
                    .isTrue();
            assertThat(ofTheSimulator).as("nothing of the simulator is left").noneMatch(ProcessHandle::isAlive);
            List<String> simulated = said(sim.log());
            assertThat(simulated)
                    .startsWith("[shutdown] API server: shutdown triggered")
                    .endsWith("INFO:     Application shutdown complete.");
            assertThat(said(server.log()))
                    .as("vLLM says all that the simulator says, in the same order")
                    .containsSubsequence(simulated);
        }
    }

    /** From the signal on. */
    private static List<String> said(String log) {
        return log.lines()
                .dropWhile(line -> !line.contains("shutdown triggered"))
                .map(SAID::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1) == null ? m.group(2) : m.group(1))
                .toList();
    }
}
