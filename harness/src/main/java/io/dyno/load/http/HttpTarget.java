package io.dyno.load.http;

import io.dyno.engine.EngineHandle;
import io.dyno.metrics.TokenSource;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A server, or several that are loaded as one, and how to talk to them.
 *
 * @param urls such as {@code http://127.0.0.1:8000}: what stands before {@code /v1}; requests are dealt over them in the order of sending
 * @param model the served model's name
 * @param headers sent with every request, such as {@code Authorization}; never logged
 * @param connections how many connections to open before the load's clock starts, over all servers together
 * @param tokens what to ask the server for, so that it tells how many tokens there were; {@link TokenProbe} finds out what it gives
 * @param keepText whether records carry prompt and answer; otherwise no text of an answer is ever made a string
 */
public record HttpTarget(
        List<URI> urls,
        String model,
        Map<String, String> headers,
        int connections,
        TokenSource tokens,
        boolean keepText) {
    /** Most connections that are opened ahead. */
    public static final int MAX_AHEAD = 1024;

    public HttpTarget {
        urls = List.copyOf(urls);
        headers = Map.copyOf(headers);
        connections = Math.max(0, Math.min(connections, MAX_AHEAD));
        if (urls.isEmpty() || !urls.stream().allMatch(HttpTarget::web)) {
            throw new IllegalArgumentException("expected http://host:port or https://host:port, got " + urls);
        }
    }

    private static boolean web(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
    }

    /** A vLLM server on this network, without headers; texts are not kept. */
    public static HttpTarget of(URI url, String model, int connections) {
        return new HttpTarget(List.of(url), model, Map.of(), connections, TokenSource.CONTINUOUS_USAGE, false);
    }

    /** All the servers of an engine, with its headers; texts are not kept. */
    public static HttpTarget of(EngineHandle engine, int connections) {
        return new HttpTarget(
                engine.urls(),
                engine.info().model(),
                engine.headers(),
                connections,
                TokenSource.CONTINUOUS_USAGE,
                false);
    }

    /** The same servers, asked for token counts in another way. */
    public HttpTarget withTokens(TokenSource asked) {
        return new HttpTarget(urls, model, headers, connections, asked, keepText);
    }

    /** The same servers, texts kept or not. */
    public HttpTarget withKeepText(boolean keep) {
        return new HttpTarget(urls, model, headers, connections, tokens, keep);
    }

    /** One of the servers, by itself. */
    public HttpTarget only(URI url) {
        return new HttpTarget(List.of(url), model, headers, connections, tokens, keepText);
    }

    /** Without what the headers hold. */
    @Override
    public String toString() {
        return "HttpTarget[" + urls + ", " + model + ", headers " + headers.keySet() + ", " + tokens.id() + "]";
    }
}
