package io.dyno.engine.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** An OpenAI-compatible server of somebody else's making: it takes, refuses and passes over what it is told to. */
public final class OpenAiServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** When it says how many tokens there are, if it is asked for usage at all. */
    public enum Usage {
        ON_EVERY_CHUNK_WHEN_ASKED,
        AT_THE_END,
        NEVER
    }

    /**
     * What it does.
     *
     * @param models what it serves
     * @param usage when it tells counts
     * @param tokenIds whether it gives token ids when asked
     * @param refused names of fields that it answers with 400; {@code ids} stands for prompts of token ids
     * @param tokensPerChunk tokens in each chunk
     * @param key the key that it demands, or null
     * @param prefix a path before {@code /v1}, or empty
     */
    public record Manners(
            List<String> models,
            Usage usage,
            boolean tokenIds,
            Set<String> refused,
            int tokensPerChunk,
            String key,
            String prefix) {
        /** Those of vLLM. */
        public static final Manners VLLM =
                new Manners(List.of("tiny"), Usage.ON_EVERY_CHUNK_WHEN_ASKED, true, Set.of(), 1, null, "");

        public Manners serving(String... names) {
            return new Manners(List.of(names), usage, tokenIds, refused, tokensPerChunk, key, prefix);
        }

        public Manners telling(Usage when, boolean ids) {
            return new Manners(models, when, ids, refused, tokensPerChunk, key, prefix);
        }

        public Manners refusing(String... names) {
            return new Manners(models, usage, tokenIds, Set.of(names), tokensPerChunk, key, prefix);
        }

        public Manners chunksOf(int tokens) {
            return new Manners(models, usage, tokenIds, refused, tokens, key, prefix);
        }

        public Manners demanding(String secret) {
            return new Manners(models, usage, tokenIds, refused, tokensPerChunk, secret, prefix);
        }

        public Manners behind(String path) {
            return new Manners(models, usage, tokenIds, refused, tokensPerChunk, key, path);
        }
    }

    private final Manners manners;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "somebody else's server");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<String> paths = new ConcurrentLinkedQueue<>();

    private OpenAiServer(Manners manners, HttpServer server) {
        this.manners = manners;
        this.server = server;
        server.setExecutor(threads);
        server.createContext(manners.prefix() + "/v1/models", this::models);
        server.createContext(manners.prefix() + "/v1/completions", this::complete);
        server.createContext(manners.prefix() + "/v1/chat/completions", this::complete);
        server.start();
    }

    public static OpenAiServer start(Manners manners) throws IOException {
        return new OpenAiServer(manners, HttpServer.create(anyPort(), 64));
    }

    /** With TLS. */
    public static OpenAiServer start(Manners manners, SSLContext certificate) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 64);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate));
        return new OpenAiServer(manners, server);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public URI url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + manners.prefix());
    }

    /** Bodies of the requests for answers that it was sent, refused ones too. */
    public List<String> bodies() {
        return List.copyOf(bodies);
    }

    /** Paths of all requests. */
    public List<String> paths() {
        return List.copyOf(paths);
    }

    private boolean turnedAway(HttpExchange exchange) throws IOException {
        paths.add(exchange.getRequestURI().getPath());
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (manners.key() == null || ("Bearer " + manners.key()).equals(given)) {
            return false;
        }
        answer(exchange, 401, "{\"error\":{\"message\":\"invalid api key\"}}");
        return true;
    }

    private void models(HttpExchange exchange) throws IOException {
        if (!turnedAway(exchange)) {
            String list = manners.models().stream()
                    .map(model -> "{\"id\":\"" + model + "\",\"object\":\"model\"}")
                    .collect(Collectors.joining(","));
            answer(exchange, 200, "{\"object\":\"list\",\"data\":[" + list + "]}");
        }
    }

    private void complete(HttpExchange exchange) throws IOException {
        if (turnedAway(exchange)) {
            return;
        }
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        bodies.add(text);
        JsonNode body = JSON.readTree(text);
        for (String field : manners.refused()) {
            boolean there = field.equals("ids")
                    ? body.path("prompt").isArray()
                    : !body.findPath(field).isMissingNode();
            if (there) {
                answer(exchange, 400, "{\"error\":{\"message\":\"unrecognized: " + field + "\"}}");
                return;
            }
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            stream(out, body, exchange.getRequestURI().getPath().endsWith("/chat/completions"));
        }
    }

    private void stream(OutputStream out, JsonNode body, boolean chat) throws IOException {
        int tokens = body.path("max_tokens").asInt();
        boolean usage = body.path("stream_options").path("include_usage").asBoolean() && manners.usage() != Usage.NEVER;
        boolean everywhere = usage
                && manners.usage() == Usage.ON_EVERY_CHUNK_WHEN_ASKED
                && body.path("stream_options").path("continuous_usage_stats").asBoolean();
        boolean ids = manners.tokenIds() && body.path("return_token_ids").asBoolean();
        for (int sent = 0; sent < tokens; ) {
            int more = Math.min(manners.tokensPerChunk(), tokens - sent);
            sent += more;
            String words = "word ".repeat(more);
            String said = chat ? "\"delta\":{\"content\":\"" + words + "\"}" : "\"text\":\"" + words + "\"";
            String named = ids ? ",\"token_ids\":" + List.of(1, 2, 3, 4).subList(0, more) : "";
            String end = sent == tokens ? "\"length\"" : "null";
            event(
                    out,
                    "{\"choices\":[{\"index\":0," + said + named + ",\"finish_reason\":" + end + "}]"
                            + (everywhere ? usage(sent) : "") + "}");
        }
        if (usage) {
            event(out, "{\"choices\":[]" + usage(tokens) + "}");
        }
        event(out, "[DONE]");
    }

    private static String usage(int tokens) {
        return ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":" + tokens + "}";
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
