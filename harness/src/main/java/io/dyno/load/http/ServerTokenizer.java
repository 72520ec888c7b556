package io.dyno.load.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.ServerUrl;
import io.dyno.load.ChatTokenizer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

/** A vLLM server's own tokenizer: its {@code /tokenize} and {@code /detokenize}. No proxy is used, as none is under load. Safe for use from several threads. */
public final class ServerTokenizer implements ChatTokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpTarget target;

    /** The tokenizer of a target's first server. */
    public ServerTokenizer(HttpTarget target) {
        this.target = target;
    }

    @Override
    public int count(String text) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("add_generation_prompt", true);
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        return post("/tokenize", body, "count", JsonNode::isInt, text).intValue();
    }

    /**
     * The text that the server makes of token ids. Its own tokenizer may make other ids of that text.
     *
     * @throws IOException when the server cannot say
     */
    public String text(int[] tokenIds) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        body.set("tokens", JSON.valueToTree(tokenIds));
        return post("/detokenize", body, "prompt", JsonNode::isTextual, null).textValue();
    }

    /** The wanted field of the answer; what was asked about, or null, is kept out of the message of a refusal. */
    private JsonNode post(String path, ObjectNode body, String field, Predicate<JsonNode> wanted, String prompt)
            throws IOException, InterruptedException {
        body.put("model", target.model());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        ServerUrl.endpoint(target.urls().get(0), path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        target.headers().forEach(request::header);
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        byte[] bytes = answer.body();
        if (answer.statusCode() != 200) {
            String message = ServerError.withoutPrompt(ServerError.ofBody(bytes, bytes.length), prompt);
            throw new IOException(path + ": HTTP " + answer.statusCode() + ": " + message);
        }
        JsonNode value = json(bytes).path(field);
        if (!wanted.test(value)) {
            throw new IOException(path + " answered without a " + field + ", in " + bytes.length + " bytes");
        }
        return value;
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
