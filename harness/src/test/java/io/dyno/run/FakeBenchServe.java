package io.dyno.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.stats.ClientFigure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Stands for {@code vllm bench serve} in tests: sends the prompts of its file one after the other, counts tokens as the server does, and
 * writes a result with figures that nobody measured. A file {@code fail} or {@code lie} in its folder makes it do so.
 */
final class FakeBenchServe {
    static final double OUTPUT_THROUGHPUT = 123.5;

    /** How long the arrivals take that it tells. */
    static final double SPAN_SECONDS = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private FakeBenchServe() {}

    /**
     * The fake.
     *
     * @param arguments its folder, then what vllm would get
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        List<String> argv = Arrays.asList(arguments).subList(1, arguments.length);
        Files.writeString(
                folder.resolve("argv.txt"),
                JSON.writeValueAsString(argv) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        if (Files.exists(folder.resolve("fail"))) {
            System.err.println("Traceback (most recent call last):\nValueError: the tokenizer is out of order");
            System.exit(7);
        }
        long in = 0;
        long out = Files.exists(folder.resolve("lie")) ? -1 : 0;
        List<String> prompts = Files.readAllLines(Path.of(value(argv, "--dataset-path")));
        for (String line : prompts) {
            JsonNode usage = send(argv, JSON.readTree(line)).get("usage");
            in += usage.get("prompt_tokens").longValue();
            out += usage.get("completion_tokens").longValue();
        }
        Files.write(
                Path.of(value(argv, "--result-dir"), value(argv, "--result-filename")),
                JSON.writeValueAsBytes(result(prompts.size(), in, out)));
    }

    private static JsonNode send(List<String> argv, JsonNode row) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode()
                .put("model", value(argv, "--served-model-name"))
                .put("prompt", row.get("prompt").textValue())
                .put("max_tokens", row.get("output_tokens").intValue())
                .put("ignore_eos", argv.contains("--ignore-eos"));
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(value(argv, "--base-url") + value(argv, "--endpoint")))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        return JSON.readTree(answer.body());
    }

    private static ObjectNode result(int requests, long in, long out) {
        ObjectNode result = JSON.createObjectNode()
                .put("completed", requests)
                .put("failed", 0)
                .put("total_input_tokens", in)
                .put("total_output_tokens", out);
        for (ClientFigure figure : ClientFigure.values()) {
            result.put(figure.id(), figure == ClientFigure.OUTPUT_THROUGHPUT ? OUTPUT_THROUGHPUT : 10.0);
        }
        for (int i = 0; i < requests; i++) {
            result.withArray("start_times").add(100 + SPAN_SECONDS * i / (requests - 1));
            result.withArray("generated_texts").add("an answer");
        }
        return result;
    }

    private static String value(List<String> argv, String flag) {
        return argv.get(argv.indexOf(flag) + 1);
    }
}
