package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;

/** What a request may ask for beyond the types of its fields, checked in vLLM's order and refused in its words. */
final class RequestRules {
    private RequestRules() {}

    /** What vLLM checks before it looks at types. */
    static void beforeTypes(JsonNode body, boolean chat) throws ApiError {
        if (!body.isObject()) {
            return;
        }
        JsonNode salt = body.path("cache_salt");
        if (salt.isTextual() && salt.asText().isEmpty()) {
            throw ApiError.badField("cache_salt", "Parameter 'cache_salt' must be a non-empty string if provided.");
        }
        JsonNode prompt = body.path("prompt");
        boolean noPrompt = prompt.isMissingNode()
                || prompt.isNull()
                || (prompt.isTextual() && prompt.asText().isEmpty());
        if (!chat && noPrompt) {
            throw ApiError.badField("prompt", "Either prompt or prompt_embeds must be provided and non-empty.");
        }
        if (truthy(body.path("stream_options")) && !truthy(body.path("stream"))) {
            throw ApiError.badField("stream_options", "Stream options can only be defined when `stream=True`.");
        }
        logprobs(body, chat ? "top_logprobs" : "logprobs");
        if (chat && body.path("top_logprobs").asInt() > 0 && !truthy(body.path("logprobs"))) {
            throw ApiError.badField("top_logprobs", "when using `top_logprobs`, `logprobs` must be set to true.");
        }
    }

    private static void logprobs(JsonNode body, String field) throws ApiError {
        JsonNode value = body.path(field);
        if (value.isNumber() && value.asDouble() < 0 && value.asDouble() != -1) {
            throw ApiError.badValue(field, value, "`" + field + "` must be a positive value or -1.");
        }
    }

    /** As Python decides: nothing, zero and what is empty are not. */
    private static boolean truthy(JsonNode value) {
        if (value.isTextual()) {
            return !value.asText().isEmpty();
        }
        return value.isContainerNode() ? !value.isEmpty() : value.asBoolean();
    }

    /** What real engines can and the simulator cannot, and what this model's tokenizer could not either. */
    static void notModelled(JsonNode body) throws ApiError {
        BodyFields fields = new BodyFields(body);
        Long n = fields.integer("n");
        if (n != null && n > 1) {
            throw ApiError.badRequest("n", "Dyno's simulator gives one answer a request.");
        }
        if (fields.flag("echo", false)) {
            throw ApiError.badRequest("echo", "Dyno's simulator does not echo prompts.");
        }
        if (body.hasNonNull("suffix")) {
            throw ApiError.badRequest(
                    "suffix",
                    body.path("prompt").isTextual()
                            ? "suffix is only supported for models with FIM completion rendering"
                            : "suffix requires text prompt input for FIM completion rendering");
        }
        if (!body.path("tools").isEmpty()
                && body.path("tool_choice").asText("auto").equals("auto")) {
            throw ApiError.badRequest(
                    null, "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set");
        }
    }

    /** How tokens are chosen, and how many. */
    static void sampling(BodyFields fields, int maxTokens) throws ApiError {
        Long n = fields.integer("n");
        if (n != null && n < 1) {
            throw ApiError.badRequest(null, "n must be at least 1, got " + n + ".");
        }
        within(fields, "presence_penalty", -2, 2);
        within(fields, "frequency_penalty", -2, 2);
        Double repetition = fields.number("repetition_penalty");
        if (repetition != null && repetition <= 0) {
            throw ApiError.badRequest(null, "repetition_penalty must be greater than zero, got " + repetition + ".");
        }
        Double temperature = fields.number("temperature");
        if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
            String rule = temperature < 0 ? "be non-negative" : "be in [0, 2]";
            throw ApiError.badValue(
                    "temperature", temperature, "temperature must " + rule + ", got " + temperature + ".");
        }
        Double topP = fields.number("top_p");
        if (topP != null && !(topP > 0 && topP <= 1)) {
            throw ApiError.badValue("top_p", topP, "top_p must be in (0, 1], got " + topP + ".");
        }
        Long topK = fields.integer("top_k");
        if (topK != null && topK < -1) {
            throw ApiError.badRequest(null, "top_k must be 0 (disable), or at least 1, got " + topK + ".");
        }
        within(fields, "min_p", 0, 1);
        lengths(fields, maxTokens);
        if (fields.texts("stop").stream().anyMatch(String::isEmpty)) {
            throw ApiError.badRequest(null, "stop cannot contain an empty string.");
        }
    }

    private static void within(BodyFields fields, String name, int least, int most) throws ApiError {
        Double value = fields.number(name);
        if (value != null && !(value >= least && value <= most)) {
            throw ApiError.badRequest(null, name + " must be in [" + least + ", " + most + "], got " + value + ".");
        }
    }

    private static void lengths(BodyFields fields, int maxTokens) throws ApiError {
        if (maxTokens < 1) {
            throw ApiError.badValue("max_tokens", maxTokens, "max_tokens must be at least 1, got " + maxTokens + ".");
        }
        Long min = fields.integer("min_tokens");
        if (min != null && min < 0) {
            throw ApiError.badRequest(null, "min_tokens must be greater than or equal to 0, got " + min + ".");
        }
        if (min != null && min > maxTokens) {
            throw ApiError.badRequest(
                    null, "min_tokens must be less than or equal to max_tokens=" + maxTokens + ", got " + min + ".");
        }
    }
}
