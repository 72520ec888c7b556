package io.dyno.engine;

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
import java.util.stream.Collectors;

/**
 * An engine's control endpoints: what is asked around a measurement, never in one. The server's key, where it wants one, is taken from
 * {@value #KEY_VARIABLE}, as vLLM itself does.
 */
public final class ControlClient {
    /** The variable that holds a server's key. */
    public static final String KEY_VARIABLE = "VLLM_API_KEY";

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

    /** A client of the server at {@code base}, such as {@code http://127.0.0.1:8000}; a path in it is ignored. */
    public ControlClient(URI base) {
        this(base, System.getenv(KEY_VARIABLE));
    }

    ControlClient(URI base, String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /** Whether {@code GET /health} answers 2xx. */
    public boolean healthy() throws InterruptedException {
        return call("GET", "/health", ANSWER).isPresent();
    }

    /**
     * A served model.
     *
     * @param id its name
     * @param maxModelLen the longest sequence it takes, tokens; null when the server does not tell
     */
    public record Model(String id, Integer maxModelLen) {}

    /** The served models; empty when the server does not tell. */
    public List<Model> models() throws InterruptedException {
        List<Model> models = new ArrayList<>();
        call("GET", "/v1/models", ANSWER).flatMap(ControlClient::json).ifPresent(answer -> answer.path("data")
                .forEach(model -> models.add(new Model(
                        model.path("id").asText(),
                        model.hasNonNull("max_model_len")
                                ? model.get("max_model_len").intValue()
                                : null))));
        return models;
    }

    /** The engine's version; empty when the server does not tell. */
    public Optional<String> version() throws InterruptedException {
        return call("GET", "/version", ANSWER).flatMap(ControlClient::json).map(version -> version.path("version")
                .asText(null));
    }

    /** vLLM's own counters and gauges, a line each; without those of its web server, which go on counting when the engine stands still. */
    public Optional<String> counters() throws InterruptedException {
        return call("GET", "/metrics", ANSWER)
                .map(text ->
                        text.lines().filter(line -> line.startsWith("vllm:")).collect(Collectors.joining("\n")));
    }

    /** Whether the prefix cache was emptied; vLLM offers that with {@code VLLM_SERVER_DEV_MODE=1} only. */
    public boolean resetPrefixCache() throws InterruptedException {
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
