package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/**
 * The sampling parameters of a batch, under the API's names.
 *
 * @param minTokens output tokens at least
 * @param seed what answers depend on beside their prompts; 0 when they depend on nothing else, null when on how many there were before
 */
record OfflineSampling(int minTokens, Long seed) {
    /** The names that vLLM's {@code SamplingParams} takes and the simulator models or ignores without harm. */
    private static final Set<String> KNOWN = Set.of(
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "presence_penalty",
            "frequency_penalty",
            "repetition_penalty",
            "seed",
            "min_tokens",
            "skip_special_tokens");

    /**
     * Reads and checks them.
     *
     * @throws OfflineError in vLLM's words
     */
    static OfflineSampling of(JsonNode sampling, int maxTokens) throws OfflineError {
        for (Iterator<String> names = sampling.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!KNOWN.contains(name)) {
                throw new OfflineError("TypeError", "Unexpected keyword argument '" + name + "'");
            }
        }
        BodyFields fields = new BodyFields(sampling);
        try {
            RequestRules.sampling(fields, maxTokens);
        } catch (ApiError e) {
            throw OfflineError.validation(e.getMessage());
        }
        Double temperature = fields.number("temperature");
        Long seed = fields.integer("seed");
        Long min = fields.integer("min_tokens");
        boolean greedy = temperature != null && temperature == 0;
        return new OfflineSampling(
                min == null ? 0 : min.intValue(), greedy ? Long.valueOf(0) : seed == null ? null : seed + 1);
    }
}
