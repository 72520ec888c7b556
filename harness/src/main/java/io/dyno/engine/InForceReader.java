package io.dyno.engine;

import io.dyno.plan.InForce;
import io.dyno.plan.InForce.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Asks a server that is ready what it really uses. An endpoint that does not answer, or not in time, is less knowledge and nothing else:
 * the reason stands in {@link InForce#missing}.
 */
public final class InForceReader {
    /** vLLM collects versions of its machine for the first answer: two seconds where it was seen. */
    private static final Duration SERVER_INFO = Duration.ofSeconds(10);

    private static final Duration METRICS = Duration.ofSeconds(5);

    /** What Dyno wants to know of every engine; what is not known of these is said. */
    private static final List<String> WANTED = Stream.of(
                    InForce.KV_BLOCKS,
                    InForce.KV_TOKENS,
                    "block-size",
                    "max-num-batched-tokens",
                    "max-num-seqs",
                    "max-model-len",
                    "attention-backend",
                    "dtype",
                    "kv-cache-dtype",
                    "quantization",
                    "cudagraph_mode",
                    "compilation_mode",
                    "enforce-eager",
                    "enable-prefix-caching",
                    "enable-chunked-prefill",
                    "async-scheduling",
                    "tensor-parallel-size",
                    "pipeline-parallel-size",
                    "data-parallel-size",
                    "enable-expert-parallel",
                    "device")
            .map(InForce::nameOf)
            .toList();

    private final ControlClient client;

    /** A reader of the server that this client asks. */
    public InForceReader(ControlClient client) {
        this.client = client;
    }

    /**
     * Asks.
     *
     * @param models what {@code /v1/models} has told already, by setting
     * @param log what the log has told already, by setting; empty where the log is not ours
     * @param flags flags that were given, without dashes: read back too where the server names them
     */
    public InForce read(Map<String, String> models, Map<String, String> log, Collection<String> flags)
            throws InterruptedException {
        Answer info = get("/server_info?config_format=json", SERVER_INFO);
        Answer page = get("/metrics", METRICS);
        InForce.Builder known = InForce.builder()
                .put(Source.SERVER_INFO, ServerInfo.read(info.body, flags))
                .put(Source.METRICS, CacheConfigInfo.read(page.body))
                .put(Source.MODELS, models)
                .put(Source.LOG, log);
        return known.build(missing(known.unknownOf(WANTED), info, page));
    }

    private static String missing(List<String> unknown, Answer info, Answer page) {
        if (unknown.isEmpty()) {
            return null;
        }
        List<String> silent = new ArrayList<>();
        if (info.trouble != null) {
            silent.add("/server_info " + info.trouble + " (vLLM has it with " + EngineSpecs.DEV_MODE + "=1 only)");
        }
        if (page.trouble != null) {
            silent.add("/metrics " + page.trouble);
        }
        String why = silent.isEmpty() ? "the engine does not tell" : String.join(", ", silent);
        return "not known: " + String.join(", ", unknown) + ": " + why;
    }

    /**
     * What came back.
     *
     * @param body the body of a 2xx answer, else empty
     * @param trouble why there is none, or null
     */
    private record Answer(String body, String trouble) {}

    private Answer get(String path, Duration timeout) throws InterruptedException {
        try {
            ControlClient.Answer answer = client.get(path, timeout);
            return answer.ok() ? new Answer(answer.body(), null) : new Answer("", "answered " + answer.status());
        } catch (IOException e) {
            return new Answer("", "did not answer");
        }
    }
}
