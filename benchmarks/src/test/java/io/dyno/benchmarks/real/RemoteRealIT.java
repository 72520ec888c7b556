package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.load.http.HttpDriver;
import io.dyno.load.http.HttpTarget;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -url} on a real vLLM that somebody else started: measured, told apart from an engine of ours, and left as it was. */
@ExtendWith(RealServer.Shared.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class RemoteRealIT {
    private static final int TOKENS = 12;

    @TempDir
    Path folder;

    private final RealServer server;

    RemoteRealIT(RealServer server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource({"random, COMPLETIONS", "dyno, CHAT"})
    void aForeignVllmIsMeasuredAndLeftRunning(String dataset, String endpoint) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("RateSweep", "-url", server.url() + "/v1"));
        arguments.addAll(
                List.of("-p", "model=" + server.model(), "-p", "dataset=" + dataset, "-p", "endpoint=" + endpoint));
        arguments.addAll(List.of("-p", "requestRate=4", "-p", "outputLen=16", "-p", "drained=true"));
        arguments.addAll(List.of("-p", "numPrompts=10", "-i", "1", "-gpus", "1"));
        if (dataset.equals("random")) {
            arguments.addAll(List.of("-p", "inputLen=64"));
        }

        int before = server.log().length(); // other classes ask the same server for resets
        try (RealDyno dyno = RealDyno.startWith(folder, arguments)) {
            boolean measured = dyno.measured();

            JsonNode point = dyno.results().at("/benchmarks/0");
            assertThat(point.at("/engine").asText()).isEqualTo("remote");
            assertThat(point.at("/engineVersion").asText()).startsWith("0.32.0");
            assertThat(point.at("/simulated").asBoolean(true)).isFalse();
            assertThat(point.at("/tokenSource").asText()).isEqualTo("continuous_usage");
            assertThat(point.at("/inForce/maxModelLen").asText()).isEqualTo("2048");
            assertThat(point.at("/unknown/startup").asText()).isNotEmpty();
            if (measured) {
                assertThat(point.at("/requests/scored").asInt()).isEqualTo(10);
                assertThat(point.at("/metrics/output_throughput_per_gpu/score").asDouble())
                        .isPositive();
            }
            assertThat(dyno.console()).contains("measured, remote").contains("counted by usage on every chunk");
            assertThat(server.alive()).as("the server of somebody else").isNotEmpty();
            assertThat(server.log().substring(before))
                    .as("its prefix cache")
                    .doesNotContain("POST /reset_prefix_cache");
        }
    }

    /** Whatever the engine is asked for, the count is the same. */
    @ParameterizedTest
    @EnumSource(
            value = TokenSource.class,
            names = {"CONTINUOUS_USAGE", "TOKEN_IDS", "FINAL_USAGE"})
    void theEngineTellsTheSameCountInEachWay(TokenSource asked) throws Exception {
        RequestRecord record = ask(asked);

        assertThat(record.ok()).as("%s", record).isTrue();
        assertThat(record.tokenSource()).isEqualTo(asked);
        assertThat(record.tokensOut()).isEqualTo(TOKENS);
        assertThat(record.tokensIn()).isEqualTo(3);
        assertThat(record.chunks().totalTokens()).isEqualTo(TOKENS);
    }

    @Test
    void anEngineThatIsNotAskedTellsNothing() throws Exception {
        RequestRecord record = ask(TokenSource.NONE);

        assertThat(record.tokenSource()).isEqualTo(TokenSource.NONE);
        assertThat(record.tokensOut()).isNull();
        assertThat(record.chunks().size()).isPositive();
    }

    private RequestRecord ask(TokenSource asked) throws InterruptedException {
        InferenceRequest request = new InferenceRequest(
                "0",
                0,
                "",
                Prompt.ofTokens(9707, 1879, 11),
                TOKENS,
                true,
                Map.of("temperature", 0.0),
                Endpoint.COMPLETIONS,
                0,
                TimeUnit.MINUTES.toNanos(2));
        try (HttpDriver driver =
                HttpDriver.open(HttpTarget.of(server.url(), server.model(), 1).withTokens(asked))) {
            CompletableFuture<RequestRecord> done = new CompletableFuture<>();
            driver.timeline().soon(() -> driver.send(request, done::complete));
            driver.run(done);
            return done.join();
        }
    }
}
