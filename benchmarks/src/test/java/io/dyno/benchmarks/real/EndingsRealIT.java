package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.benchmarks.Offspring;
import io.dyno.engine.sim.contract.SimProcess;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /**
     * What a race in vLLM may come to: its HTTP server waits for open streams to end, and nobody is left who would end them. It goes on when the
     * client has closed them.
     */
    private static final List<String> HELD_OPEN = List.of("held open");

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Pattern LOGGED = Pattern.compile("\\[[a-z_]+\\.py:\\d+] (\\[shutdown].*)|^(INFO: .*)$");

    @ParameterizedTest
    @CsvSource({"TERM", "INT"})
    void aSignalEndsItAsItEndsTheSimulator(String signal) throws Exception {
        try (RealServer server = RealServer.start("ended-by-" + signal);
                SimProcess sim = SimProcess.servingModel(RealVllm.model().toString(), "gpu=L4", "--enforce-eager");
                InputStream real = open(server.url().toString());
                InputStream simulated = open(sim.url().toString())) {
            server.signal(signal);
            sim.terminate();

            List<String> told = end(simulated);
            assertThat(told).hasSize(2).last().isEqualTo("data: [DONE]");
            assertThat(end(real)).isIn(told, HELD_OPEN);
            assertThat(server.exitCode()).isEqualTo(sim.exitCode()).isZero();
            assertThat(Offspring.await(SOON, () -> server.alive().isEmpty()))
                    .as("its core is gone: %s", server.alive())
                    .isTrue();
            assertThat(shutdown(server.log()))
                    .as("the simulator says a part of it, in the same order")
                    .containsSubsequence(shutdown(sim.log()));
        }
    }

    /** A stream whose first token has come, read up to there. */
    private static InputStream open(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
                // Asked to upgrade to HTTP/2, uvicorn loses the body.
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
                .build();
        InputStream stream = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body();
        StringBuilder first = new StringBuilder();
        for (int c = stream.read(); c >= 0 && c != '\n'; c = stream.read()) {
            first.append((char) c);
        }
        assertThat(first.toString()).startsWith("data: {\"id\":\"cmpl-");
        return stream;
    }

    /** The events after the last token; the stream is closed. */
    private static List<String> end(InputStream stream) throws Exception {
        CompletableFuture<List<String>> end = CompletableFuture.supplyAsync(
                () -> new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> !line.isEmpty() && !line.startsWith("data: {\"id\""))
                        .toList());
        try {
            return end.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return HELD_OPEN;
        } finally {
            stream.close(); // not its reader, which another thread may hold
        }
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
