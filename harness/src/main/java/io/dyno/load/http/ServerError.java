package io.dyno.load.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a server says went wrong, in one line fit for a file: short, and without what it echoes of the request. */
final class ServerError {
    /** Longest message kept, characters. */
    static final int LONGEST = 240;

    private static final int ECHO = 24;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ServerError() {}

    /** Reads the value of an {@code error} field that the parser stands before; null when it is null. */
    static String read(JsonParser p) throws IOException {
        p.nextToken();
        return message(MAPPER.readTree(p));
    }

    /** The message in an error answer's body, whatever its form. */
    static String ofBody(byte[] body, int length) {
        String text = new String(body, 0, length, StandardCharsets.UTF_8);
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node != null && node.isObject()) {
                for (String field : new String[] {"error", "message", "detail"}) {
                    if (node.hasNonNull(field)) {
                        return message(node.get(field));
                    }
                }
            }
        } catch (JsonProcessingException e) {
            // no JSON: the text itself is the message
        }
        return text.isBlank() ? "no message" : oneLine(text);
    }

    private static String message(JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        JsonNode message = node.path("message");
        return oneLine(message.isTextual() ? message.asText() : node.isTextual() ? node.asText() : node.toString());
    }

    private static String oneLine(String text) {
        int echo = text.indexOf("'input':"); // validation errors repeat the request from here on
        String line = (echo < 0 ? text : text.substring(0, echo) + "…")
                .replaceAll("\\s+", " ")
                .strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** The message without the prompt, should the server have repeated it. */
    static String withoutPrompt(String message, String prompt) {
        if (prompt == null || prompt.length() < ECHO) {
            return message;
        }
        int at = message.indexOf(prompt.substring(0, ECHO).replaceAll("\\s+", " "));
        return at < 0 ? message : message.substring(0, at) + "[prompt]";
    }
}
