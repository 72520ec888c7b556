package io.dyno.benchmarks.real;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Where the real vLLM and the tiny model are, which {@code -Preal} installs and makes before these tests run. */
final class RealVllm {
    /**
     * For every vLLM of these tests: no network, no telemetry, a KV cache of 1 GiB, and one thread that computes. Without the last, its threads
     * spin on every core, and on a machine with two of them the client that measures gets none.
     */
    static final Map<String, String> ENVIRONMENT = Map.of(
            "HF_HUB_OFFLINE", "1",
            "VLLM_NO_USAGE_STATS", "1",
            "DO_NOT_TRACK", "1",
            "VLLM_CPU_KVCACHE_SPACE", "1",
            "VLLM_CPU_OMP_THREADS_BIND", "nobind",
            "OMP_NUM_THREADS", "1");

    private RealVllm() {}

    /** The virtual environment. */
    static Path home() {
        return path("dyno.real.vllm");
    }

    /** The executable. */
    static Path executable() {
        return home().resolve("bin/vllm");
    }

    /** The folder of the tiny model. */
    static Path model() {
        return path("dyno.real.model");
    }

    private static Path path(String property) {
        return Path.of(Objects.requireNonNull(System.getProperty(property), "run with -Preal, which sets " + property));
    }
}
