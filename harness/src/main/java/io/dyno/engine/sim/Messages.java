package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The messages of a chat, and how they become one prompt: role, line break, text, line break; then the assistant's turn. */
final class Messages {
    /**
     * One message: an object with a role, and with a content that is a text or a list of parts or is left out. vLLM tries each role's form in turn
     * and tells what is wrong with each; of that the simulator tells the first.
     */
    static final Kind KIND = new Kind() {
        @Override
        public boolean takes(JsonNode message) {
            JsonNode content = message.path("content");
            return message.path("role").isTextual()
                    && (content.isTextual() || content.isArray() || content.isMissingNode());
        }

        @Override
        public List<Mistake> mistakes(JsonNode message, String at) {
            String form = at + ".ChatCompletionDeveloperMessageParam";
            if (!message.isObject()) {
                return List.of(Mistake.of("dict_type", form, "Input should be a valid dictionary", message));
            }
            if (!message.path("role").isTextual()) {
                return List.of(Mistake.missing(form + ".role", message));
            }
            return List.of(Mistake.of(
                    "string_type", form + ".content", "Input should be a valid string", message.path("content")));
        }
    };

    private Messages() {}

    /**
     * The prompt.
     *
     * @param model its name, for the error
     * @param turn whether the assistant's turn follows
     */
    static String prompt(JsonNode messages, String model, boolean turn) throws ApiError {
        if (messages.isEmpty()) {
            throw ApiError.badRequest(
                    null, "Cannot apply chat template to an empty conversation. Provide at least one message.");
        }
        StringBuilder prompt = new StringBuilder();
        for (JsonNode message : messages) {
            prompt.append('\n').append(message.path("role").asText()).append('\n');
            text(message.path("content"), model, prompt);
        }
        return (turn ? prompt.append("\nassistant\n") : prompt.append('\n')).toString();
    }

    private static void text(JsonNode content, String model, StringBuilder out) throws ApiError {
        if (content.isTextual()) {
            out.append(content.asText());
        }
        for (JsonNode part : content) {
            if (!part.path("text").isTextual()) {
                throw ApiError.badRequest(null, model + " is not a multimodal model");
            }
            out.append(part.path("text").asText());
        }
    }
}
