package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for completions or chat completions, read and checked.
 *
 * @param chat whether it came to the chat endpoint
 * @param prompt the prompt's tokens
 * @param maxTokens output tokens at most
 * @param minTokens output tokens at least
 * @param ignoreEos whether the answer goes on until {@code maxTokens}
 * @param stream whether the answer is streamed
 * @param includeUsage whether a last event tells the token counts
 * @param continuousUsage whether every event tells them
 * @param returnTokenIds whether token ids are told
 * @param stops texts that end the answer
 * @param stopTokenIds tokens that end the answer
 * @param contentSeed decides the answer
 * @param cacheSalt keeps equal prefixes apart; 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // a prompt of 100,000 ids must not cost 100,000 boxes
record GenerationCall(
        boolean chat,
        int[] prompt,
        int maxTokens,
        int minTokens,
        boolean ignoreEos,
        boolean stream,
        boolean includeUsage,
        boolean continuousUsage,
        boolean returnTokenIds,
        List<String> stops,
        List<Integer> stopTokenIds,
        long contentSeed,
        long cacheSalt) {
    private static final int DEFAULT_COMPLETION_TOKENS = 16;

    /** What a model is served with: what a request is held against. */
    record Limits(SimConfig config, ToyTokenizer tokenizer, List<String> servedNames) {}

    static GenerationCall completion(JsonNode body, Limits limits, long salt) throws ApiError {
        checkModel(body, limits);
        int[] prompt = prompt(body.path("prompt"), limits);
        return read(body, false, prompt, DEFAULT_COMPLETION_TOKENS, limits, salt);
    }

    static GenerationCall chat(JsonNode body, Limits limits, long salt) throws ApiError {
        checkModel(body, limits);
        int[] prompt = limits.tokenizer.encode(ChatTemplate.render(body.path("messages")));
        int room = Math.max(1, limits.config.maxModelLen() - prompt.length);
        return read(body, true, prompt, room, limits, salt);
    }

    static void checkModel(JsonNode body, Limits limits) throws ApiError {
        JsonNode model = body.path("model");
        if (model.isTextual() && !limits.servedNames.contains(model.asText())) {
            throw ApiError.modelNotFound(model.asText(), String.join(", ", limits.servedNames));
        }
    }

    private static int[] prompt(JsonNode prompt, Limits limits) throws ApiError {
        JsonNode one = prompt;
        if (prompt.isArray() && prompt.size() > 0 && !prompt.path(0).isInt()) {
            if (prompt.size() > 1) {
                throw ApiError.badRequest("prompt", "Dyno's simulator takes one prompt a request.");
            }
            one = prompt.path(0);
        }
        int[] tokens;
        if (one.isTextual()) {
            tokens = limits.tokenizer.encode(one.asText());
        } else if (one.isArray()) {
            tokens = BodyFields.ids(one, "prompt", limits.config.model().vocab());
        } else {
            tokens = new int[0];
        }
        if (tokens.length == 0) {
            throw ApiError.badRequest("prompt", "Either prompt or prompt_embeds must be provided and non-empty.");
        }
        return tokens;
    }

    private static GenerationCall read(
            JsonNode body, boolean chat, int[] prompt, int defaultMaxTokens, Limits limits, long salt) throws ApiError {
        BodyFields fields = new BodyFields(body);
        refuseUnmodelled(fields);
        Long asked = chat && body.hasNonNull("max_completion_tokens")
                ? fields.integer("max_completion_tokens")
                : fields.integer("max_tokens");
        checkLengths(asked, prompt.length, defaultMaxTokens, limits.config.maxModelLen());
        int maxTokens = asked == null ? defaultMaxTokens : asked.intValue();
        Long min = fields.integer("min_tokens");
        if (min != null && min < 0) {
            throw ApiError.badValue(
                    "min_tokens", min, "min_tokens must be greater than or equal to 0, got " + min + ".");
        }
        if (min != null && min > maxTokens) {
            throw ApiError.badValue(
                    "min_tokens",
                    min,
                    "min_tokens must be less than or equal to max_tokens=" + maxTokens + ", got " + min + ".");
        }
        Double temperature = fields.number("temperature");
        if (temperature != null && temperature < 0) {
            throw ApiError.badValue(
                    "temperature", temperature, "temperature must be non-negative, got " + temperature + ".");
        }
        Long seed = fields.integer("seed");
        // Greedy answers depend on the prompt alone; others differ from request to request unless they bring a seed.
        boolean greedy = temperature != null && temperature == 0;
        long samplingSeed = greedy ? 0 : seed != null ? seed + 1 : salt;
        boolean stream = fields.flag("stream", false);
        JsonNode options = body.path("stream_options");
        if (!options.isMissingNode() && !options.isNull() && !stream) {
            throw ApiError.validation(
                    "value_error", "body", "Value error, Stream options can only be defined when `stream=True`.", "{}");
        }
        BodyFields streamOptions = new BodyFields(options);
        boolean usage = stream && streamOptions.flag("include_usage", false);
        return new GenerationCall(
                chat,
                prompt,
                maxTokens,
                min == null ? 0 : min.intValue(),
                fields.flag("ignore_eos", false),
                stream,
                usage,
                usage && streamOptions.flag("continuous_usage_stats", false),
                fields.flag("return_token_ids", false),
                fields.texts("stop"),
                stopIds(body.path("stop_token_ids"), limits),
                ToyModel.contentSeed(limits.config.machine().seed(), prompt, samplingSeed),
                body.path("cache_salt").isTextual()
                        ? ToyModel.hash(body.path("cache_salt").asText())
                        : 0);
    }

    private static List<Integer> stopIds(JsonNode ids, Limits limits) throws ApiError {
        List<Integer> list = new ArrayList<>();
        if (ids.isArray()) {
            for (int id :
                    BodyFields.ids(ids, "stop_token_ids", limits.config.model().vocab())) {
                list.add(id);
            }
        }
        return list;
    }

    private static void checkLengths(Long asked, int promptLength, int defaultMaxTokens, int maxModelLen)
            throws ApiError {
        if (asked != null && asked < 1) {
            throw ApiError.badValue("max_tokens", asked, "max_tokens must be at least 1, got " + asked + ".");
        }
        if (asked != null && asked > maxModelLen) {
            throw ApiError.badValue(
                    "max_tokens",
                    asked,
                    "max_tokens=" + asked + " cannot be greater than max_model_len=" + maxModelLen
                            + ". Please request fewer output tokens.");
        }
        long output = asked == null ? Math.min(defaultMaxTokens, Math.max(1, maxModelLen - promptLength)) : asked;
        if (promptLength + output > maxModelLen) {
            throw ApiError.badValue(
                    "input_tokens",
                    promptLength,
                    "This model's maximum context length is " + maxModelLen + " tokens. However, you requested "
                            + output
                            + " output tokens and your prompt contains " + promptLength
                            + " input tokens, for a total of "
                            + (promptLength + output)
                            + " tokens. Please reduce the length of the input prompt or the number of requested output tokens.");
        }
    }

    private static void refuseUnmodelled(BodyFields fields) throws ApiError {
        Long n = fields.integer("n");
        if (n != null && n != 1) {
            throw ApiError.badRequest("n", "Dyno's simulator gives one answer a request.");
        }
        if (fields.flag("echo", false)) {
            throw ApiError.badRequest("echo", "Dyno's simulator does not echo prompts.");
        }
    }

    /** The engine's part of it. */
    SimRequest request() {
        return new SimRequest(prompt, maxTokens, minTokens, ignoreEos, contentSeed, cacheSalt);
    }
}
