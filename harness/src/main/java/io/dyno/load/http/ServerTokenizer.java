package io.dyno.load.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.ServerUrl;
import io.dyno.load.ChatTokenizer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a vLLM server's {@code /tokenize} how many tokens a chat request has. Safe for use from several threads. */
public final class ServerTokenizer implements ChatTokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpTarget target;

    public ServerTokenizer(HttpTarget target) {
        this.target = target;
    }

    @Override
    public int count(String text) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("model", target.model());
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        body.put("add_generation_prompt", true);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        ServerUrl.endpoint(target.urls().get(0), "/tokenize"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        target.headers().forEach(request::header);
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            String message = ServerError.ofBody(answer.body(), answer.body().length);
            throw new IOException("HTTP " + answer.statusCode() + ": " + ServerError.withoutPrompt(message, text));
        }
        JsonNode count = JSON.readTree(answer.body()).path("count");
        if (!count.isInt()) {
            throw new IOException("no count in the answer of " + answer.body().length + " bytes "
                    + (answer.body().length == 0
                            ? ""
                            : "("
                                    + new String(
                                            answer.body(),
                                            0,
                                            Math.min(40, answer.body().length),
                                            StandardCharsets.UTF_8)
                                    + "…)"));
        }
        return count.asInt();
    }
}
