package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a server answered.
 *
 * @param headers the names of its headers, in lower case
 * @param contentType empty when it told none
 */
public record Answer(int status, Set<String> headers, String contentType, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * Asks a server.
     *
     * @param server without a path
     * @param model the name of the model it serves
     */
    public static Answer to(Exchange exchange, URI server, String model) throws IOException, InterruptedException {
        String taken = "null";
        if (exchange.before().isPresent()) {
            Exchange.Before before = exchange.before().get();
            String answer = send(
                            server,
                            "POST",
                            before.path(),
                            "application/json",
                            Exchange.filled(before.body(), model, taken))
                    .body();
            JsonNode value = JSON.readTree(answer).at(before.take());
            if (value.isMissingNode()) {
                throw new IllegalStateException("no " + before.take() + " in " + answer);
            }
            taken = value.toString();
        }
        String body =
                exchange.body().isPresent() ? Exchange.filled(exchange.body().get(), model, taken) : null;
        return send(server, exchange.method(), exchange.path(), exchange.contentType(), body);
    }

    private static Answer send(URI server, String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.method(method, BodyPublishers.ofString(body)).header("Content-Type", contentType);
        }
        HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                new TreeSet<>(response.headers().map().keySet()),
                response.headers().firstValue("content-type").orElse(""),
                response.body());
    }
}
