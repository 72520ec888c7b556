package io.dyno.engine.sim;

import io.dyno.engine.sim.Fault.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** What the endpoints share: the engine, its metrics, the names it is served under, and what is open. Used on the event loop only. */
final class Service {
    /** The version that is imitated, marked as an imitation in the way Python marks local versions. */
    static final String VERSION = "0.32.0+dyno.sim";

    private final SimConfig config;
    private final ServeArguments arguments;
    private final Map<String, String> environment;
    private final VllmLog log;
    private final EngineLoop loop;
    private final EngineMetrics metrics;
    private final FaultSwitch faults;
    private final ToyTokenizer tokenizer;
    private final Set<Generation> open = new LinkedHashSet<>();
    private final SplittableRandom ids = new SplittableRandom();
    private final double startedSeconds = System.currentTimeMillis() / 1000.0;

    Service(
            SimConfig config,
            ServeArguments arguments,
            Map<String, String> environment,
            VllmLog log,
            EngineLoop loop,
            EngineMetrics metrics,
            FaultSwitch faults) {
        this.config = config;
        this.arguments = arguments;
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.loop = loop;
        this.metrics = metrics;
        this.faults = faults;
        this.tokenizer = new ToyTokenizer(config.model().vocab());
    }

    SimConfig config() {
        return config;
    }

    VllmLog log() {
        return log;
    }

    EngineLoop loop() {
        return loop;
    }

    ToyTokenizer tokenizer() {
        return tokenizer;
    }

    Set<Generation> open() {
        return open;
    }

    boolean faulty(Kind kind) {
        return faults.on(kind);
    }

    /** Counts a generation request, which may be the one that a fault waits for. */
    void countRequest() {
        faults.request();
    }

    /** Whether the endpoints for development are offered. */
    boolean devMode() {
        return "1".equals(environment.get("VLLM_SERVER_DEV_MODE"));
    }

    boolean profiler() {
        return arguments.flags().asMap().keySet().stream().anyMatch(name -> name.startsWith("profiler-config"));
    }

    boolean promptTokenDetails() {
        return arguments.flags().on("enable-prompt-tokens-details", false);
    }

    boolean accessLog() {
        return !arguments.flags().on("disable-uvicorn-access-log", false);
    }

    Optional<List<String>> apiKeys() {
        Optional<String> keys = arguments.flags().text("api-key");
        return keys.or(() -> Optional.ofNullable(environment.get("VLLM_API_KEY")))
                .map(k -> List.of(k.split("\n")));
    }

    GenerationCall.Limits limits() {
        return new GenerationCall.Limits(config, tokenizer, arguments.servedNames());
    }

    String servedName() {
        return arguments.servedNames().get(0);
    }

    String model() {
        return arguments.model();
    }

    Map<String, String> flags() {
        return arguments.flags().asMap();
    }

    String fingerprint() {
        return "dyno-sim-0.32.0-" + String.format("%08x", config.hashCode());
    }

    /** 16 hex digits that no other answer has. */
    String newId() {
        return String.format("%016x", ids.nextLong());
    }

    /** A number that differs from request to request: the seed of a request that brings none. */
    long newSalt() {
        return ids.nextLong();
    }

    String metricsPage() {
        return PrometheusText.of(config, loop.engine(), metrics, servedName(), startedSeconds);
    }

    EngineMetrics metrics() {
        return metrics;
    }
}
