package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.plan.InForce;
import java.util.List;

/** What the worker says on its socket. */
final class WorkerMessages {
    private static final int PROTOCOL = 1;

    private WorkerMessages() {}

    static ObjectNode hello(WorkerRank rank, long pid) {
        return event("hello")
                .put("protocol", PROTOCOL)
                .put("rank", rank.rank())
                .put("world", rank.world())
                .put("pid", pid);
    }

    static ObjectNode ready(ObjectNode description) {
        return event("ready").setAll(description);
    }

    /** The start has failed: an exception's type and its words, on one line. */
    static ObjectNode failed(String type, String message) {
        return event("failed").put("type", type).put("message", oneLine(message));
    }

    private static ObjectNode event(String name) {
        return JsonNodeFactory.instance.objectNode().put("event", name);
    }

    static ObjectNode ok(JsonNode id, ObjectNode value) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("id", id);
        answer.set("ok", value);
        return answer;
    }

    static ObjectNode error(JsonNode id, OfflineError error) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("id", id);
        answer.putObject("error").put("type", error.type()).put("message", oneLine(error.getMessage()));
        return answer;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\n\\s*", " ");
    }

    /** What the engine is. */
    static ObjectNode description(SimConfig config, Flags flags, WorkerRank rank, StartupTimes times) {
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("version", Service.VERSION)
                .put("dpRank", rank.dpRank(config.dp()))
                .put("dpSize", config.dp())
                .put("maxModelLen", config.maxModelLen())
                .put("vocabSize", config.model().vocab());
        inForce(config, flags, description.putObject("inForce"));
        ObjectNode seconds = description.putObject("seconds");
        seconds.put("init", times.init()).put("model_load", times.load());
        if (!config.enforceEager()) {
            seconds.put("compilation", times.compile());
        }
        return description;
    }

    /** Under vLLM's names of the fields, as the real worker tells them. */
    private static void inForce(SimConfig config, Flags flags, ObjectNode values) {
        String quantization = flags.text("quantization").orElse(config.model().quantization());
        boolean eager = config.enforceEager();
        put(values, "dtype", "torch." + ServerInfoAnswer.dtype(flags.asMap()));
        put(values, "max_model_len", config.maxModelLen());
        put(values, "quantization", quantization == null ? "None" : quantization);
        put(values, "enforce_eager", eager);
        put(values, "seed", flags.text("seed").orElse("0"));
        put(values, "block_size", config.blockSize());
        put(values, "enable_prefix_caching", config.prefixCaching());
        put(values, "gpu_memory_utilization", config.gpuMemoryUtilization());
        put(values, "kv_cache_dtype", flags.text("kv-cache-dtype").orElse("auto"));
        put(values, InForce.KV_BLOCKS, config.kvBlocks());
        put(values, InForce.KV_TOKENS, config.kvTokens());
        put(values, "tensor_parallel_size", config.tp());
        put(values, "pipeline_parallel_size", config.pp());
        put(values, "data_parallel_size", config.dp());
        put(values, "enable_expert_parallel", config.expertParallel());
        put(values, "max_num_batched_tokens", config.maxNumBatchedTokens());
        put(values, "max_num_seqs", config.maxNumSeqs());
        put(values, "enable_chunked_prefill", config.chunkedPrefill());
        put(values, "async_scheduling", false);
        put(values, "scheduling_policy", "fcfs");
        put(values, "device", "simulated");
        put(values, "compilation_mode", eager ? "NONE" : "VLLM_COMPILE");
        put(values, "cudagraph_mode", eager ? "NONE" : "FULL_AND_PIECEWISE");
    }

    /** A value as Python writes it. */
    private static void put(ObjectNode values, String field, Object value) {
        values.put(field, value instanceof Boolean on ? (on ? "True" : "False") : String.valueOf(value));
    }

    /**
     * What became of a batch.
     *
     * @param origin where the engine's clock began, ns of the machine's monotonic clock
     * @param start when the batch was taken up, the same
     * @param end when the last answer was there, the same
     */
    static ObjectNode batch(
            OfflineEngine engine,
            List<OfflineEngine.Answered> answers,
            long origin,
            long start,
            long end,
            boolean keepText) {
        ObjectNode batch =
                JsonNodeFactory.instance.objectNode().put("start", start).put("end", end);
        ArrayNode results = batch.putArray("results");
        for (OfflineEngine.Answered answered : answers) {
            Sequence sequence = answered.sequence();
            ObjectNode result = results.addObject()
                    .put("arrival", origin + sequence.arrival)
                    .put("scheduled", origin + sequence.firstScheduled)
                    .put("first", origin + sequence.firstToken)
                    .put("last", origin + sequence.lastToken)
                    .put("tokensIn", sequence.promptLength)
                    .put("tokensCached", sequence.cachedTokens)
                    .put("tokensOut", sequence.outputTokens())
                    .put("finishReason", answered.end().id())
                    .putNull("error");
            if (keepText) {
                result.put("text", engine.text(answered));
            }
        }
        batch.putObject("unknown");
        return batch;
    }
}
