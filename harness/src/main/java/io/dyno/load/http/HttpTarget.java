package io.dyno.load.http;

import java.net.URI;
import java.util.Map;

/**
 * A server and how to talk to it.
 *
 * @param baseUrl such as {@code http://127.0.0.1:8000}; plain HTTP only
 * @param model the served model's name
 * @param headers sent with every request, such as {@code Authorization}; never logged
 * @param connections how many connections to open before the load's clock starts
 * @param continuousUsage whether to ask for usage on every chunk, by which tokens are attributed to chunks exactly
 * @param keepText whether records carry prompt and answer; otherwise no text of an answer is ever made a string
 */
public record HttpTarget(
        URI baseUrl,
        String model,
        Map<String, String> headers,
        int connections,
        boolean continuousUsage,
        boolean keepText) {
    /** Most connections that are opened ahead. */
    public static final int MAX_AHEAD = 1024;

    public HttpTarget {
        headers = Map.copyOf(headers);
        connections = Math.max(0, Math.min(connections, MAX_AHEAD));
        if (!"http".equals(baseUrl.getScheme()) || baseUrl.getHost() == null) {
            throw new IllegalArgumentException("expected http://host:port, got " + baseUrl);
        }
    }

    /** A vLLM server on this network, without headers; texts are not kept. */
    public static HttpTarget of(URI baseUrl, String model, int connections) {
        return new HttpTarget(baseUrl, model, Map.of(), connections, true, false);
    }

    /** The same server, texts kept or not. */
    public HttpTarget withKeepText(boolean keep) {
        return new HttpTarget(baseUrl, model, headers, connections, continuousUsage, keep);
    }

    /** The server's port. */
    public int port() {
        return baseUrl.getPort() < 0 ? 80 : baseUrl.getPort();
    }
}
