package io.dyno.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Endpoint;
import io.dyno.EngineInfo;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The argv of {@code vllm bench serve} that puts a point's load on an engine as Dyno does when drained: same requests, same order, same options. */
final class BenchServeArguments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BenchServeArguments() {}

    /**
     * What changes from one run to the next.
     *
     * @param file the prompts, as {@link CrosscheckPrompts#write} leaves them
     * @param requests lines of it
     * @param result where the result goes
     * @param seed of the arrivals
     */
    record Files(Path file, int requests, Path result, int seed) {}

    static List<String> of(
            List<String> vllm,
            EngineInfo engine,
            EngineConfiguration configuration,
            Point point,
            Map<String, Object> sampling,
            Files files) {
        boolean chat = point.workload().endpoint() == Endpoint.CHAT;
        List<String> argv = new ArrayList<>(vllm);
        argv.addAll(List.of("bench", "serve"));
        argv.addAll(List.of("--backend", chat ? "openai-chat" : "openai"));
        argv.addAll(List.of("--base-url", engine.url()));
        argv.addAll(List.of("--endpoint", chat ? "/v1/chat/completions" : "/v1/completions"));
        argv.addAll(List.of("--model", configuration.model()));
        argv.addAll(List.of("--served-model-name", engine.model()));
        tokenizer(argv, configuration);
        argv.addAll(List.of(
                "--dataset-name", "custom", "--dataset-path", files.file().toString()));
        argv.addAll(List.of("--custom-output-len=-1", "--skip-chat-template", "--disable-shuffle", "--no-oversample"));
        argv.addAll(List.of("--num-prompts", Integer.toString(files.requests()), "--ignore-eos"));
        load(argv, point.load());
        argv.addAll(List.of("--seed", Integer.toString(files.seed())));
        argv.addAll(List.of("--extra-body", body(sampling)));
        argv.addAll(List.of("--percentile-metrics", "ttft,tpot,itl,e2el", "--metric-percentiles", "99"));
        argv.addAll(List.of("--disable-tqdm", "--save-result", "--save-detailed"));
        argv.addAll(List.of("--result-dir", files.result().getParent().toString()));
        argv.addAll(List.of("--result-filename", files.result().getFileName().toString()));
        return List.copyOf(argv);
    }

    /** It loads the model's tokenizer to count prompts, though the server's counts are what it reports. */
    private static void tokenizer(List<String> argv, EngineConfiguration configuration) {
        for (String flag : List.of("tokenizer", "tokenizer-mode")) {
            configuration.settings().get(flag).ifPresent(value -> argv.addAll(List.of("--" + flag, value.toString())));
        }
        if (configuration
                .settings()
                .get("trust-remote-code")
                .filter(Boolean.TRUE::equals)
                .isPresent()) {
            argv.add("--trust-remote-code");
        }
    }

    private static void load(List<String> argv, LoadShape shape) {
        if (shape instanceof LoadShape.OpenLoop open) {
            argv.addAll(
                    List.of("--request-rate", number(open.requestRate()), "--burstiness", number(open.burstiness())));
            if (open.maxConcurrency() != null) {
                argv.addAll(List.of("--max-concurrency", open.maxConcurrency().toString()));
            }
        } else {
            argv.addAll(List.of("--request-rate", "inf"));
            if (shape instanceof LoadShape.ClosedLoop closed) {
                argv.addAll(List.of("--max-concurrency", Integer.toString(closed.maxConcurrency())));
            }
        }
    }

    /** As Dyno's requests: the same sampling, and usage on every chunk, which costs the server the same on both sides. */
    private static String body(Map<String, Object> sampling) {
        Map<String, Object> body = new LinkedHashMap<>(sampling);
        body.put("stream_options", new TreeMap<>(Map.of("include_usage", true, "continuous_usage_stats", true)));
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // text and numbers
        }
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "inf" : String.format(Locale.ROOT, "%s", value);
    }
}
