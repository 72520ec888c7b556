package io.dyno.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An engine's control endpoints: what is asked around a measurement, never in one. No proxy is used, as none is under load. */
public final class ControlClient {
    /** A server that answers {@code /health} does so at once; one that does not is not ready. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** Emptying a cache waits for a step of the scheduler. */
    private static final Duration RESET = Duration.ofSeconds(30);

    private static final int RESET_ATTEMPTS = 5;

    private static final Duration RESET_PAUSE = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(ANSWER)
            .build();
    private final URI base;
    private final Map<String, String> headers;

    /** A client of an engine of ours at {@code base}, such as {@code http://127.0.0.1:8000}, with the key that it has inherited. */
    public ControlClient(URI base) {
        this(base, ApiKey.ofOwnEngine().map(ApiKey::header).orElse(Map.of()));
    }

    /**
     * A client of any server.
     *
     * @param base what stands before {@code /v1}, see {@link ServerUrl}
     * @param headers sent with every request
     */
    public ControlClient(URI base, Map<String, String> headers) {
        this.base = base;
        this.headers = Map.copyOf(headers);
    }

    /**
     * What came back.
     *
     * @param status the HTTP status
     * @param body the body
     * @param location where a redirect leads, or null
     */
    public record Answer(int status, String body, String location) {
        /** Whether the status is 2xx. */
        public boolean ok() {
            return status / 100 == 2;
        }

        /** Whether the server wants another key than ours, or one at all. */
        public boolean refusesUs() {
            return status == 401 || status == 403;
        }

        /** The body as JSON; empty when it is none. */
        public Optional<JsonNode> json() {
            return ControlClient.json(body);
        }
    }

    /**
     * Asks an endpoint, whatever the status of the answer.
     *
     * @param path such as {@code /v1/models}
     * @throws IOException when no answer came within 5 s, or none that is HTTP
     */
    public Answer get(String path) throws IOException, InterruptedException {
        return get(path, ANSWER);
    }

    /**
     * Asks an endpoint that may take its time, whatever the status of the answer.
     *
     * @throws IOException when no answer came in time, or none that is HTTP
     */
    Answer get(String path, Duration timeout) throws IOException, InterruptedException {
        return send("GET", path, timeout);
    }

    /**
     * Tells an endpoint to do something, without a body, whatever the status of the answer.
     *
     * @throws IOException when no answer came in time, or none that is HTTP
     */
    public Answer post(String path, Duration timeout) throws IOException, InterruptedException {
        return send("POST", path, timeout);
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

    /** The models that an answer of {@code /v1/models} lists. */
    public static List<Model> models(JsonNode answer) {
        List<Model> models = new ArrayList<>();
        for (JsonNode model : answer.path("data")) {
            if (model.hasNonNull("id")) {
                JsonNode length = model.path("max_model_len");
                models.add(new Model(model.get("id").asText(), length.isInt() ? length.intValue() : null));
            }
        }
        return models;
    }

    /** The engine's version; empty when the server does not tell. */
    public Optional<String> version() throws InterruptedException {
        return call("GET", "/version", ANSWER).flatMap(ControlClient::json).map(version -> version.path("version")
                .asText(null));
    }

    /**
     * vLLM's own counters and gauges, a line each; without those of its web server, which go on counting when the engine stands still. Empty where
     * it has none, as with {@code --disable-log-stats}.
     */
    public Optional<String> counters() throws InterruptedException {
        return call("GET", "/metrics", ANSWER)
                .map(text ->
                        text.lines().filter(line -> line.startsWith("vllm:")).collect(Collectors.joining("\n")))
                .filter(lines -> !lines.isEmpty());
    }

    /**
     * Whether the prefix cache was emptied; vLLM offers that with {@code VLLM_SERVER_DEV_MODE=1} only. It refuses while blocks are held, as of a
     * request that has just ended, and a kept connection may be closed at the moment it is used again: both pass.
     */
    public boolean resetPrefixCache() throws InterruptedException {
        for (int attempt = 1; attempt <= RESET_ATTEMPTS; attempt++) {
            try {
                Answer answer = post("/reset_prefix_cache", RESET);
                boolean refused = json(answer.body())
                        .map(body -> body.path("success").isBoolean()
                                && !body.path("success").booleanValue())
                        .orElse(false);
                if (!answer.ok() || !refused) {
                    return answer.ok();
                }
            } catch (HttpTimeoutException e) {
                return false;
            } catch (IOException e) {
                // the next attempt has a connection of its own
            }
            Thread.sleep(RESET_PAUSE.toMillis());
        }
        return false;
    }

    /** The body of a 2xx answer; empty for any other answer and for none. */
    private Optional<String> call(String method, String path, Duration timeout) throws InterruptedException {
        try {
            Answer answer = send(method, path, timeout);
            return answer.ok() ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Answer send(String method, String path, Duration timeout) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(ServerUrl.endpoint(base, path))
                .timeout(timeout)
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("location").orElse(null));
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
