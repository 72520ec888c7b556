package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;

/** The answer of {@code /server_info}: vLLM's sections and names, as far as this engine has what they tell. */
final class ServerInfoAnswer {
    /** What {@code dtype} "auto" comes to for the models that are simulated, and what vLLM's short names stand for. */
    private static final Map<String, String> TYPES = Map.of("auto", "bfloat16", "half", "float16", "float", "float32");

    private ServerInfoAnswer() {}

    /**
     * The answer's body.
     *
     * @param format {@code text} or {@code json}: how the configuration is told
     * @param flags the flags given, by name
     * @throws ApiError for another format
     */
    static String of(String format, SimConfig config, Map<String, String> flags) throws ApiError {
        if (!format.equals("text") && !format.equals("json")) {
            throw ApiError.validation(List.of(Mistake.of(
                    "literal_error",
                    "query.config_format",
                    "Input should be 'text' or 'json'",
                    TextNode.valueOf(format),
                    "{'expected': \"'text' or 'json'\"}")));
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("dyno", "Dyno's simulator, nothing is measured: " + config);
        ObjectNode vllm = answer.putObject("vllm_config");
        vllm.putObject("model_config")
                .put("model", config.model().name())
                .put("dtype", "torch." + dtype(flags))
                .put("max_model_len", config.maxModelLen())
                .put(
                        "quantization",
                        flags.getOrDefault("quantization", config.model().quantization()))
                .put("enforce_eager", config.enforceEager());
        vllm.putObject("cache_config")
                .put("block_size", config.blockSize())
                .put("gpu_memory_utilization", config.gpuMemoryUtilization())
                .put("cache_dtype", flags.getOrDefault("kv-cache-dtype", "auto"))
                .put("enable_prefix_caching", config.prefixCaching())
                .put("num_gpu_blocks", config.kvBlocks())
                .put("kv_cache_size_tokens", config.kvTokens())
                .put("kv_cache_memory_bytes", config.kvCacheBytes());
        vllm.putObject("parallel_config")
                .put("pipeline_parallel_size", config.pp())
                .put("tensor_parallel_size", config.tp())
                .put("data_parallel_size", config.dp())
                .put("enable_expert_parallel", config.expertParallel());
        vllm.putObject("scheduler_config")
                .put("max_num_batched_tokens", config.maxNumBatchedTokens())
                .put("max_num_seqs", config.maxNumSeqs())
                .put("long_prefill_token_threshold", config.longPrefillTokenThreshold())
                .put("long_prefill_token_threshold_adaptive", config.adaptiveThreshold())
                .put("enable_chunked_prefill", config.chunkedPrefill())
                .put("policy", "fcfs")
                .put("async_scheduling", false);
        vllm.putObject("device_config").put("device", "simulated");
        ObjectNode compilation = vllm.putObject("compilation_config");
        if (config.enforceEager()) {
            compilation.put("mode", 0).put("cudagraph_mode", 0);
        } else {
            compilation.put("mode", 3).putArray("cudagraph_mode").add(2).add(1);
        }
        if (format.equals("text")) {
            answer.put("vllm_config", vllm.toString());
        }
        answer.putObject("vllm_env");
        answer.putObject("system_env");
        return answer.toString();
    }

    /** The type that activations have, in PyTorch's word. */
    static String dtype(Map<String, String> flags) {
        String dtype = flags.getOrDefault("dtype", "auto");
        return TYPES.getOrDefault(dtype, dtype);
    }
}
