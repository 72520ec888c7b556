package io.dyno.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An engine's control endpoints: what is asked around a measurement, never in one. */
final class ControlClient {
    /** A server that answers {@code /health} does so at once; one that does not is not ready. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** Emptying a cache waits for a step of the scheduler. */
    private static final Duration RESET = Duration.ofSeconds(30);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(ANSWER)
            .build();
    private final URI base;
    private final String apiKey;

    /**
     * A client of one server.
     *
     * @param base such as {@code http://127.0.0.1:8000}
     * @param apiKey sent as bearer token; or null
     */
    ControlClient(URI base, String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /** Whether {@code GET /health} answers 2xx. */
    boolean healthy() throws InterruptedException {
        return call("GET", "/health", ANSWER).isPresent();
    }

    /** The names of the served models; empty when the server does not tell. */
    Optional<List<String>> models() throws InterruptedException {
        return call("GET", "/v1/models", ANSWER).flatMap(ControlClient::json).map(models -> {
            List<String> ids = new ArrayList<>();
            models.path("data").forEach(model -> ids.add(model.path("id").asText()));
            return ids;
        });
    }

    /** The engine's version; empty when the server does not tell. */
    Optional<String> version() throws InterruptedException {
        return call("GET", "/version", ANSWER).flatMap(ControlClient::json).map(version -> version.path("version")
                .asText(null));
    }

    /** Whether the prefix cache was emptied; vLLM offers that with {@code VLLM_SERVER_DEV_MODE=1} only. */
    boolean resetPrefixCache() throws InterruptedException {
        return call("POST", "/reset_prefix_cache", RESET).isPresent();
    }

    /** The body of a 2xx answer; empty for any other answer and for none. */
    private Optional<String> call(String method, String path, Duration timeout) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(timeout)
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() / 100 == 2 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
