package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a decoder-only transformer, as its {@code config.json} tells it: all that the cost model needs to know of a model.
 *
 * @param name the model's id or path
 * @param architecture class name in transformers: {@code Qwen3ForCausalLM}
 * @param hidden width of the residual stream
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim width of a head
 * @param intermediate width of the feed-forward block; of one expert in a mixture
 * @param experts experts in each layer; 1 in a dense model
 * @param expertsPerToken experts that each token passes
 * @param vocab size of the vocabulary
 * @param tied whether the input embedding is the output matrix too
 * @param extraPerLayer small parameters of a layer: norms and biases
 * @param maxPositions longest sequence it was made for, tokens
 * @param eosTokenIds tokens that end an answer; never empty
 * @param weightBytes bytes a parameter takes in the checkpoint
 * @param quantization the checkpoint's quantization method, or null
 */
public record ModelShape(
        String name,
        String architecture,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int intermediate,
        int experts,
        int expertsPerToken,
        int vocab,
        boolean tied,
        long extraPerLayer,
        int maxPositions,
        List<Integer> eosTokenIds,
        double weightBytes,
        String quantization) {

    public ModelShape {
        eosTokenIds = List.copyOf(eosTokenIds);
    }

    /**
     * Reads a {@code config.json}.
     *
     * @throws IllegalArgumentException when something is missing that the cost model needs, or the architecture is not that of a plain
     *     decoder; the message says what
     */
    public static ModelShape of(String name, JsonNode config) {
        String type = config.path("model_type").asText("");
        if (config.path("is_encoder_decoder").asBoolean(false)
                || config.has("text_config")
                || config.has("kv_lora_rank")) {
            throw new IllegalArgumentException("The simulator models plain decoder-only transformers; " + name
                    + " (model_type " + type + ") is none: it has an encoder, several modalities or latent attention.");
        }
        int hidden = required(name, config, "hidden_size");
        int layers = required(name, config, "num_hidden_layers");
        int heads = required(name, config, "num_attention_heads");
        int kvHeads = config.path("num_key_value_heads").asInt(heads);
        int headDim = config.path("head_dim").asInt(hidden / heads);
        int experts = first(config, 1, "num_experts", "num_local_experts", "n_routed_experts");
        int intermediate = experts > 1
                ? first(config, required(name, config, "intermediate_size"), "moe_intermediate_size")
                : required(name, config, "intermediate_size");
        int perToken = experts > 1 ? required(name, config, "num_experts_per_tok") : 1;
        boolean queryKeyNorm = type.startsWith("qwen3");
        boolean queryKeyValueBias =
                type.startsWith("qwen2") || config.path("attention_bias").asBoolean(false);
        long extra = 2L * hidden
                + (queryKeyNorm ? 2L * headDim : 0)
                + (queryKeyValueBias ? (long) (heads + 2 * kvHeads) * headDim : 0);
        JsonNode quantized = config.path("quantization_config").path("quant_method");
        return new ModelShape(
                name,
                config.path("architectures").path(0).asText("UnknownForCausalLM"),
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                intermediate,
                experts,
                perToken,
                required(name, config, "vocab_size"),
                config.path("tie_word_embeddings").asBoolean(false),
                extra,
                required(name, config, "max_position_embeddings"),
                eos(config),
                bytes(config.path("torch_dtype").asText(config.path("dtype").asText("bfloat16"))),
                quantized.isTextual() ? quantized.asText() : null);
    }

    private static double bytes(String dtype) {
        return dtype.equals("float32") ? 4 : 2;
    }

    private static List<Integer> eos(JsonNode config) {
        JsonNode eos = config.path("eos_token_id");
        List<Integer> ids = new ArrayList<>();
        if (eos.isArray()) {
            eos.forEach(id -> ids.add(id.asInt()));
        } else if (eos.isInt()) {
            ids.add(eos.asInt());
        }
        return ids.isEmpty() ? List.of(config.path("vocab_size").asInt() - 1) : ids;
    }

    private static int required(String name, JsonNode config, String field) {
        JsonNode value = config.path(field);
        if (!value.isInt() || value.asInt() < 1) {
            throw new IllegalArgumentException("The config.json of " + name + " has no usable \"" + field
                    + "\": the simulator needs it to know the model's shape.");
        }
        return value.asInt();
    }

    private static int first(JsonNode config, int otherwise, String... fields) {
        for (String field : fields) {
            if (config.path(field).isInt()) {
                return config.path(field).asInt();
            }
        }
        return otherwise;
    }

    /** Parameters of the attention of one layer: query, key, value and output matrices. */
    public long attentionParameters() {
        return 2L * hidden * heads * headDim + 2L * hidden * kvHeads * headDim;
    }

    /** Parameters of one feed-forward block (gate, up, down): of one expert in a mixture. */
    public long expertParameters() {
        return 3L * hidden * intermediate;
    }

    /** Parameters of the router of one layer; 0 in a dense model. */
    public long routerParameters() {
        return experts > 1 ? (long) hidden * experts : 0;
    }

    /** Parameters of the output matrix. */
    public long headParameters() {
        return (long) hidden * vocab;
    }

    /** All parameters. */
    public long parameters() {
        long layer = attentionParameters() + experts * expertParameters() + routerParameters() + extraPerLayer;
        return layers * layer + (tied ? 1 : 2) * headParameters() + hidden;
    }

    /** Parameters that each token passes in the layers. */
    public long activeLayerParameters() {
        return layers
                * (attentionParameters() + expertsPerToken * expertParameters() + routerParameters() + extraPerLayer);
    }
}
