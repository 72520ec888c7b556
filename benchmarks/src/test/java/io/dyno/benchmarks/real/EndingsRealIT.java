package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.benchmarks.Offspring;
import io.dyno.engine.sim.contract.SimProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How vLLM ends while a stream is open, and that the simulator ends as it does: what the client sees, exit code, log. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class EndingsRealIT {
    private static final String REQUEST =
            "{\"model\":\"tiny\",\"prompt\":[1,2,3],\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true}";

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern LOGGED = Pattern.compile("\\[[a-z_]+\\.py:\\d+] (\\[shutdown].*)|^(INFO: .*)$");

    @ParameterizedTest
    @CsvSource({"TERM", "INT"})
    void aSignalEndsItAsItEndsTheSimulator(String signal) throws Exception {
        try (RealServer server = RealServer.start("ended-by-" + signal);
                SimProcess sim = SimProcess.servingModel(RealVllm.model().toString(), "gpu=L4", "--enforce-eager");
                BufferedReader real = open(server.url().toString());
                BufferedReader simulated = open(sim.url().toString())) {
            server.signal(signal);
            sim.terminate();

            assertThat(end(simulated)).isEqualTo(end(real)).hasSize(2).last().isEqualTo("data: [DONE]");
            assertThat(server.exitCode()).isEqualTo(sim.exitCode()).isZero();
            assertThat(Offspring.await(SOON, () -> server.alive().isEmpty()))
                    .as("its core is gone: %s", server.alive())
                    .isTrue();
            assertThat(shutdown(server.log()))
                    .as("the simulator says a part of it, in the same order")
                    .containsSubsequence(shutdown(sim.log()));
        }
    }

    /** The simulator has no core of its own; how it ends when it fails is held to what vLLM tells its clients here. */
    @ParameterizedTest
    @CsvSource("VLLM::EngineCore")
    void whenItsCoreIsKilledItEndsItsStreamsTheSameAndThenItself(String core) throws Exception {
        try (RealServer server = RealServer.start("core-killed");
                SimProcess sim = SimProcess.servingModel(RealVllm.model().toString(), "gpu=L4;fault=oom@2s");
                BufferedReader real = open(server.url().toString());
                BufferedReader simulated = open(sim.url().toString())) {
            String victim = server.alive().stream()
                    .filter(line -> line.contains(core))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no core among " + server.alive()));
            ProcessHandle.of(Long.parseLong(victim.substring(0, victim.indexOf(' '))))
                    .orElseThrow()
                    .destroyForcibly();

            assertThat(end(simulated)).isEqualTo(end(real)).hasSize(2);
            assertThat(server.exitCode()).as("%s", server.log()).isEqualTo(sim.exitCode());
            assertThat(server.log()).contains("EngineDeadError");
            assertThat(sim.log()).contains("EngineDeadError");
        }
    }

    /** A stream whose first token has come. */
    private static BufferedReader open(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
                .build();
        BufferedReader stream = new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8));
        assertThat(stream.readLine()).startsWith("data: {\"id\":\"cmpl-");
        return stream;
    }

    /** The events after the last token. */
    private static List<String> end(BufferedReader stream) throws Exception {
        List<String> end = new ArrayList<>();
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            if (!line.isEmpty() && !line.startsWith("data: {\"id\"")) {
                end.add(line);
            }
        }
        return end;
    }

    /** What a log says from the signal on, without times and process ids. */
    private static List<String> shutdown(String log) {
        List<String> lines = new ArrayList<>();
        log.lines().dropWhile(line -> !line.contains("shutdown triggered")).forEach(line -> {
            Matcher m = LOGGED.matcher(line);
            if (m.find()) {
                lines.add(m.group(1) == null ? m.group(2) : m.group(1));
            }
        });
        return lines;
    }
}
