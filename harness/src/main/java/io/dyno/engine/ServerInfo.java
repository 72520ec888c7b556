package io.dyno.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.plan.InForce;
import io.dyno.plan.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer of {@code GET /server_info?config_format=json}, read for what is in force. Pure: text in, values out. Only fields that are
 * named here, or whose flags were given, are read: the answer also holds the server's environment and may hold a token.
 */
final class ServerInfo {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Sections of vLLM's configuration and their fields. */
    private static final Map<String, List<String>> FIELDS = Map.of(
            "model_config", List.of("max_model_len", "dtype", "quantization", "enforce_eager", "seed"),
            "cache_config",
                    List.of(
                            "block_size",
                            "enable_prefix_caching",
                            "gpu_memory_utilization",
                            InForce.KV_BLOCKS,
                            InForce.KV_TOKENS),
            "parallel_config",
                    List.of(
                            "tensor_parallel_size",
                            "pipeline_parallel_size",
                            "data_parallel_size",
                            "enable_expert_parallel"),
            "scheduler_config",
                    List.of("max_num_batched_tokens", "max_num_seqs", "enable_chunked_prefill", "async_scheduling"),
            "device_config", List.of("device"));

    /** Fields whose flags have other names: {@code section.field} to the flag. */
    private static final Map<String, String> FLAGS =
            Map.of("cache_config.cache_dtype", "kv-cache-dtype", "scheduler_config.policy", "scheduling-policy");

    /** vLLM's enumerations come as numbers. */
    private static final List<String> COMPILATION_MODES =
            List.of("NONE", "STOCK_TORCH_COMPILE", "DYNAMO_TRACE_ONCE", "VLLM_COMPILE");

    /** A mode for mixed batches beside one for decodes comes as a pair of numbers. */
    private static final Map<String, String> CUDAGRAPH_MODES = Map.of(
            "0", "NONE",
            "1", "PIECEWISE",
            "2", "FULL",
            "[2,0]", "FULL_DECODE_ONLY",
            "[2,1]", "FULL_AND_PIECEWISE");

    private ServerInfo() {}

    /**
     * Values in force; empty when the text is no such answer.
     *
     * @param answer the answer's body
     * @param flags further flags, without dashes: the field of a flag's name is read where exactly one section has one
     */
    static Map<String, String> read(String answer, Collection<String> flags) {
        JsonNode config;
        try {
            config = JSON.readTree(answer).path("vllm_config");
        } catch (JsonProcessingException e) {
            return Map.of();
        }
        Map<String, String> values = new TreeMap<>();
        flags.stream()
                .filter(flag -> !Redaction.secretFlag(flag))
                .forEach(flag -> put(values, InForce.nameOf(flag), only(config, field(flag))));
        FIELDS.forEach((section, fields) -> fields.forEach(
                field -> put(values, InForce.nameOf(field), config.path(section).path(field))));
        FLAGS.forEach((place, flag) -> put(values, InForce.nameOf(flag), config.at("/" + place.replace('.', '/'))));
        JsonNode compilation = config.path("compilation_config");
        put(values, "compilation_mode", compilationMode(compilation.path("mode")));
        put(values, "cudagraph_mode", cudagraphMode(compilation.path("cudagraph_mode")));
        return values;
    }

    private static String field(String flag) {
        return Spelling.kebab(flag).replace('-', '_');
    }

    /** The field of a name that one section alone has. */
    private static JsonNode only(JsonNode config, String field) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode section : config) {
            if (section.isObject() && section.has(field)) {
                found.add(section.get(field));
            }
        }
        if (config.path(field).isValueNode()) {
            found.add(config.get(field));
        }
        return found.size() == 1 ? found.get(0) : JSON.missingNode();
    }

    private static void put(Map<String, String> values, String name, JsonNode value) {
        if (value.isValueNode() && !(value.isNull() && !name.equals("quantization"))) {
            values.put(name, value.isNull() ? "none" : InForce.plain(value.asText()));
        }
    }

    private static JsonNode compilationMode(JsonNode mode) {
        return mode.isInt() && mode.intValue() >= 0 && mode.intValue() < COMPILATION_MODES.size()
                ? JSON.getNodeFactory().textNode(COMPILATION_MODES.get(mode.intValue()))
                : mode;
    }

    private static JsonNode cudagraphMode(JsonNode mode) {
        String name = CUDAGRAPH_MODES.get(mode.toString());
        return name == null ? mode : JSON.getNodeFactory().textNode(name);
    }
}
