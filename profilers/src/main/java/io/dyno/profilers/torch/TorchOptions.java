package io.dyno.profilers.torch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code -prof torch:…} sets.
 *
 * @param iterations profiled iterations of each point
 * @param rows rows of the operator table
 * @param flush how long vLLM may take to write its traces
 * @param config further fields of vLLM's ProfilerConfig, without profiler and folder
 */
record TorchOptions(int iterations, int rows, Duration flush, Map<String, JsonNode> config) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Our switches, and vLLM's names for them. */
    private static final Map<String, String> SWITCHES = switches();

    private static final List<String> COUNTS = List.of("delay_iterations", "max_iterations");

    static final List<Option> DECLARED = List.of(
            new Option("iterations", "1", "profiled iterations of each point"),
            new Option("with_stack", "false", "Python stacks too: traces several times as large"),
            new Option("record_shapes", "false", "shapes of tensors"),
            new Option("with_memory", "false", "allocations"),
            new Option("with_flops", "false", "floating point operations of matrix products and convolutions"),
            new Option("ignore_frontend", "false", "leave out the server's own process"),
            new Option("delay_iterations", "0", "steps of the engine that pass before it records"),
            new Option("max_iterations", "0", "steps of the engine that it records at most; 0 means all"),
            new Option("rows", "20", "rows of the operator table"),
            new Option("flush", "600", "s that vLLM may take to write its traces"),
            new Option("config", "{}", "more fields of vLLM's profiler config, a JSON object"));

    private static Map<String, String> switches() {
        Map<String, String> switches = new LinkedHashMap<>();
        switches.put("with_stack", "torch_profiler_with_stack");
        switches.put("record_shapes", "torch_profiler_record_shapes");
        switches.put("with_memory", "torch_profiler_with_memory");
        switches.put("with_flops", "torch_profiler_with_flops");
        switches.put("ignore_frontend", "ignore_frontend");
        return switches;
    }

    static TorchOptions of(ProfilerOptions options) throws ProfilerException {
        ObjectNode config = JSON.createObjectNode();
        for (Map.Entry<String, String> entry : SWITCHES.entrySet()) {
            config.put(entry.getValue(), options.flag(entry.getKey()));
        }
        for (String count : COUNTS) {
            long value = options.integer(count, 0);
            if (value > 0) {
                config.put(count, value);
            }
        }
        config.setAll(more(options.text("config")));
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        config.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return new TorchOptions(
                options.count("iterations", 1),
                options.count("rows", 1),
                Duration.ofSeconds(options.integer("flush", 1)),
                fields);
    }

    private static ObjectNode more(String text) throws ProfilerException {
        try {
            if (JSON.readTree(text) instanceof ObjectNode more) {
                for (String ours : List.of("profiler", "torch_profiler_dir")) {
                    if (more.has(ours)) {
                        throw new ProfilerException(
                                "-prof torch: config sets \"" + ours + "\", which is Dyno's to set");
                    }
                }
                return more;
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw new ProfilerException("-prof torch: config must be a JSON object such as"
                + " {\"detailed_trace_annotation\":true}, got \"" + text + "\"");
    }

    /** The value of {@code --profiler-config}. */
    String profilerConfig(Path folder) {
        ObjectNode json = JSON.createObjectNode().put("profiler", "torch").put("torch_profiler_dir", folder.toString());
        config.forEach(json::set);
        return json.toString();
    }
}
