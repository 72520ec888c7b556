package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param tellStop whether the text that ended the answer is a part of it
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
        boolean tellStop,
        List<Integer> stopTokenIds,
        long contentSeed,
        long cacheSalt) {
    private static final int DEFAULT_COMPLETION_TOKENS = 16;

    /** What a model is served with: what a request is held against. */
    record Limits(SimConfig config, ToyTokenizer tokenizer, List<String> servedNames) {}

    static GenerationCall completion(JsonNode body, Limits limits, long salt) throws ApiError {
        RequestRules.beforeTypes(body, false);
        BodySchema.check(body, BodySchema.COMPLETION);
        checkModel(body, limits);
        RequestRules.notModelled(body);
        int[] prompt = prompt(body.path("prompt"), limits);
        return read(body, false, prompt, DEFAULT_COMPLETION_TOKENS, limits, salt);
    }

    static GenerationCall chat(JsonNode body, Limits limits, long salt) throws ApiError {
        RequestRules.beforeTypes(body, true);
        BodySchema.check(body, BodySchema.CHAT);
        checkModel(body, limits);
        RequestRules.notModelled(body);
        boolean turn = new BodyFields(body).flag("add_generation_prompt", true);
        String text = Messages.prompt(body.path("messages"), limits.servedNames.get(0), turn);
        return read(body, true, encoded(text, limits), Integer.MAX_VALUE, limits, salt);
    }

    static void checkModel(JsonNode body, Limits limits) throws ApiError {
        String model = body.path("model").asText("");
        boolean named = body.path("model").isTextual() && !model.isEmpty();
        if (named && !limits.servedNames.contains(model)) {
            throw ApiError.modelNotFound(model, String.join(", ", limits.servedNames));
        }
    }

    private static int[] prompt(JsonNode prompt, Limits limits) throws ApiError {
        JsonNode one = prompt;
        if (prompt.isArray() && (prompt.isEmpty() || !prompt.get(0).isNumber())) {
            if (prompt.size() != 1) {
                throw ApiError.badRequest(
                        null,
                        prompt.isEmpty()
                                ? "You must pass at least one prompt"
                                : "Dyno's simulator takes one prompt a request.");
            }
            one = prompt.get(0);
        }
        int[] tokens = one.isTextual() ? encoded(one.asText(), limits) : BodyFields.ids(one);
        if (tokens.length == 0) {
            throw ApiError.badRequest(null, "The decoder prompt cannot be empty");
        }
        return tokens;
    }

    /** A text's tokens: one more than fit and no more, as vLLM's tokenizer is told. */
    private static int[] encoded(String text, Limits limits) {
        int[] tokens = limits.tokenizer.encode(text);
        return tokens.length <= limits.config.maxModelLen()
                ? tokens
                : Arrays.copyOf(tokens, limits.config.maxModelLen() + 1);
    }

    private static GenerationCall read(
            JsonNode body, boolean chat, int[] prompt, int defaultMaxTokens, Limits limits, long salt) throws ApiError {
        BodyFields fields = new BodyFields(body);
        int maxTokens = maxTokens(fields, chat, prompt, defaultMaxTokens, limits.config.maxModelLen());
        RequestRules.sampling(fields, maxTokens);
        checkVocabulary(prompt, limits.config.model().vocab());
        Long min = fields.integer("min_tokens");
        Double temperature = fields.number("temperature");
        Long seed = fields.integer("seed");
        // Greedy answers depend on the prompt alone; others differ from request to request unless they bring a seed.
        boolean greedy = temperature != null && temperature == 0;
        long samplingSeed = greedy ? 0 : seed != null ? seed + 1 : salt;
        boolean stream = fields.flag("stream", false);
        BodyFields streamOptions = new BodyFields(body.path("stream_options"));
        boolean usage = stream && streamOptions.flag("include_usage", false);
        List<Integer> stopIds = new ArrayList<>();
        for (int id : BodyFields.ids(body.path("stop_token_ids"))) {
            stopIds.add(id);
        }
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
                fields.flag("include_stop_str_in_output", false),
                stopIds,
                ToyModel.contentSeed(limits.config.machine().seed(), prompt, samplingSeed),
                body.path("cache_salt").isTextual()
                        ? ToyModel.hash(body.path("cache_salt").asText())
                        : 0);
    }

    /** Output tokens at most: what was asked for, but no more than the model's length leaves. vLLM cuts silently. */
    private static int maxTokens(BodyFields fields, boolean chat, int[] prompt, int defaultMaxTokens, int maxModelLen)
            throws ApiError {
        String name = chat && fields.integer("max_completion_tokens") != null ? "max_completion_tokens" : "max_tokens";
        Long asked = fields.integer(name);
        if (asked != null && asked > maxModelLen) {
            throw ApiError.badValue(
                    name,
                    asked,
                    name + "=" + asked + " cannot be greater than max_model_len=" + maxModelLen
                            + ". Please request fewer output tokens.");
        }
        if (prompt.length > maxModelLen) {
            throw ApiError.badValue(
                    "input_tokens",
                    prompt.length,
                    "This model's maximum context length is " + maxModelLen + " tokens. However, your prompt contains "
                            + (prompt.length == maxModelLen + 1 ? "at least " : "")
                            + prompt.length
                            + " input tokens, which exceeds this limit even without any output tokens. Please reduce the"
                            + " length of the input prompt.");
        }
        return (int) Math.min(asked == null ? defaultMaxTokens : asked, maxModelLen - prompt.length);
    }

    private static void checkVocabulary(int[] prompt, int vocab) throws ApiError {
        for (int id : prompt) {
            if (id >= Math.max(vocab, ToyTokenizer.FIRST_WORD)) {
                throw ApiError.badRequest(null, "Token id " + id + " is out of vocabulary");
            }
        }
    }

    /** The engine's part of it. */
    SimRequest request() {
        return new SimRequest(prompt, maxTokens, minTokens, ignoreEos, contentSeed, cacheSalt);
    }
}
