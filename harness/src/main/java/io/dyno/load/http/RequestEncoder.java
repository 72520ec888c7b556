package io.dyno.load.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.dyno.Endpoint;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.TokenSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request as the bytes that go to the socket, but for the first lines, which are those of its server ({@link ServerAddress#opening}). Safe for
 * use from several threads.
 */
final class RequestEncoder {
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpTarget target;

    RequestEncoder(HttpTarget target) {
        this.target = target;
    }

    /**
     * The request's length, the end of its head, and its body.
     *
     * @throws IllegalArgumentException when the endpoint cannot take the prompt
     */
    byte[] encode(InferenceRequest request) {
        byte[] body = body(request);
        byte[] head = ("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private byte[] body(InferenceRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("model", target.model());
            prompt(json, request);
            json.writeNumberField("max_tokens", request.outputLen());
            if (request.ignoreEos()) {
                json.writeBooleanField("ignore_eos", true);
            }
            for (Map.Entry<String, Object> parameter : request.sampling().entrySet()) {
                json.writeFieldName(parameter.getKey());
                if (parameter.getValue() instanceof Double d) {
                    json.writeNumber(d);
                } else if (parameter.getValue() instanceof Number n) {
                    json.writeNumber(n.longValue());
                } else {
                    json.writeString(parameter.getValue().toString());
                }
            }
            json.writeBooleanField("stream", true);
            if (target.tokens() == TokenSource.TOKEN_IDS) {
                json.writeBooleanField("return_token_ids", true);
            }
            if (target.tokens() != TokenSource.NONE) {
                json.writeObjectFieldStart("stream_options");
                json.writeBooleanField("include_usage", true);
                if (target.tokens() == TokenSource.CONTINUOUS_USAGE) {
                    json.writeBooleanField("continuous_usage_stats", true);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return out.toByteArray();
    }

    private static void prompt(JsonGenerator json, InferenceRequest request) throws IOException {
        if (request.endpoint() == Endpoint.CHAT) {
            if (request.prompt().text() == null) {
                throw new IllegalArgumentException("/v1/chat/completions takes no token ids: use text, or COMPLETIONS");
            }
            json.writeArrayFieldStart("messages");
            json.writeStartObject();
            json.writeStringField("role", "user");
            json.writeStringField("content", request.prompt().text());
            json.writeEndObject();
            json.writeEndArray();
        } else if (request.prompt().text() != null) {
            json.writeStringField("prompt", request.prompt().text());
        } else {
            json.writeFieldName("prompt");
            int[] ids = request.prompt().tokenIds();
            json.writeArray(ids, 0, ids.length);
        }
    }
}
