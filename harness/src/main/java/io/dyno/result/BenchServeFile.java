package io.dyno.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.stats.ClientFigure;
import io.dyno.stats.ClientRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A result file of {@code vllm bench serve --save-result --save-detailed}.
 *
 * @param run what it measured
 * @param arrivals when its schedule wanted each request sent, ns from the first; empty when the file does not tell
 */
public record BenchServeFile(ClientRun run, List<Long> arrivals) {
    public BenchServeFile {
        arrivals = List.copyOf(arrivals);
    }

    /**
     * Reads one.
     *
     * @throws IOException when there is none, or it is not such a file; the message names it
     */
    public static BenchServeFile read(Path file) throws IOException {
        JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
        if (!json.path("completed").isIntegralNumber() || !json.path("duration").isNumber()) {
            throw new IOException(file + " is no result of vllm bench serve: completed or duration is missing");
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        for (ClientFigure figure : ClientFigure.values()) {
            if (json.path(figure.id()).isNumber()) {
                figures.put(figure.id(), json.get(figure.id()).doubleValue());
            }
        }
        ClientRun run = new ClientRun(
                json.get("completed").intValue(),
                json.path("failed").intValue(),
                count(json.path("total_input_tokens")),
                count(json.path("total_output_tokens")),
                figures);
        return new BenchServeFile(run, arrivals(json));
    }

    /** Takes the answers' texts out of a file: they are not kept unless the user says so. */
    public static void forgetTexts(Path file) throws IOException {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(file));
        json.remove("generated_texts");
        AtomicFile.write(file, out -> out.write(Json.MAPPER.writeValueAsBytes(json)));
    }

    private static Long count(JsonNode value) {
        return value.isIntegralNumber() ? Long.valueOf(value.longValue()) : null;
    }

    /** The file has when each request was sent, and how long it had waited for a slot before. */
    private static List<Long> arrivals(JsonNode json) {
        JsonNode starts = json.path("start_times");
        JsonNode waits = json.path("queue_times");
        List<Long> arrivals = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            double wait = waits.path(i).asDouble(0);
            long at = Math.round((starts.get(i).doubleValue() - wait) * 1e9);
            arrivals.add(i == 0 ? at : Math.max(at, arrivals.get(i - 1)));
        }
        long first = arrivals.isEmpty() ? 0 : arrivals.get(0);
        arrivals.replaceAll(at -> at - first);
        return arrivals;
    }
}
