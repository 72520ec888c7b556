package io.dyno.load.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.ServerUrl;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a vLLM server's {@code /detokenize} for the text of token ids. Safe for use from several threads. */
public final class ServerDetokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpTarget target;

    public ServerDetokenizer(HttpTarget target) {
        this.target = target;
    }

    /**
     * The text that the server makes of the ids. Its own tokenizer may make other ids of that text.
     *
     * @throws IOException when the server cannot say
     */
    public String text(int[] tokenIds) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("model", target.model());
        body.set("tokens", JSON.valueToTree(tokenIds));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        ServerUrl.endpoint(target.urls().get(0), "/detokenize"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        target.headers().forEach(request::header);
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("/detokenize: HTTP " + answer.statusCode() + ": "
                    + ServerError.ofBody(answer.body(), answer.body().length));
        }
        JsonNode prompt = JSON.readTree(answer.body()).path("prompt");
        if (!prompt.isTextual()) {
            throw new IOException("/detokenize answered without a prompt, in " + answer.body().length + " bytes");
        }
        return prompt.textValue();
    }
}
