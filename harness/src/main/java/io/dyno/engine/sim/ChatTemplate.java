package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;

/** How messages become one prompt: role, line break, text, line break; then the assistant's turn. Nine tokens beside a user's text. */
final class ChatTemplate {
    private ChatTemplate() {}

    static String render(JsonNode messages) throws ApiError {
        if (!messages.isArray() || messages.isEmpty()) {
            throw ApiError.validation("missing", "body.messages", "Field required", "{}");
        }
        StringBuilder prompt = new StringBuilder();
        for (JsonNode message : messages) {
            prompt.append('\n')
                    .append(message.path("role").asText("user"))
                    .append('\n')
                    .append(text(message.path("content")));
        }
        return prompt.append("\nassistant\n").toString();
    }

    private static String text(JsonNode content) throws ApiError {
        if (content.isTextual()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("text").isTextual()) {
                throw ApiError.badRequest(
                        "messages",
                        "Dyno's simulator reads text only, no "
                                + part.path("type").asText("other") + " parts.");
            }
            text.append(part.path("text").asText());
        }
        return text.toString();
    }
}
