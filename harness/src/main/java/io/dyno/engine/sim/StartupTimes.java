package io.dyno.engine.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How long the phases of a start are shown, s of real time.
 *
 * @param load loading the weights
 * @param compile compiling the model, or loading it compiled
 * @param graphs capturing CUDA graphs
 * @param cache the folder of compiled models that is looked into, where there is one
 * @param cached whether it had this model
 */
record StartupTimes(double load, double compile, double graphs, Optional<Path> cache, boolean cached) {
    /** A server's: every phase a blink, whatever the model. */
    static final StartupTimes BLINK = new StartupTimes(0.02, 0.02, 0.02, Optional.empty(), true);

    /** vLLM's environment variable for the root of its caches. */
    private static final String CACHE_ROOT = "VLLM_CACHE_ROOT";

    /** Starts are played this much faster than they are modelled. */
    private static final double FAST_MOTION = 25;

    // Made up, see docs/simulator.md.
    private static final double LOAD_BYTES_PER_SECOND = 3e9;
    private static final double COMPILE_SECONDS = 8;
    private static final double COMPILE_SECONDS_A_LAYER = 0.5;
    private static final double CACHED_SHARE = 0.1;
    private static final double GRAPHS_SECONDS = 2;
    private static final double GRAPHS_SECONDS_A_LAYER = 0.1;

    /**
     * An offline engine's, after its model. Without {@code VLLM_CACHE_ROOT} the machine is one that has compiled the model before.
     *
     * @param rank the process among its engine's: each has a cache of its own, as with vLLM
     */
    static StartupTimes of(SimConfig config, Map<String, String> environment, int rank) {
        double load = new GpuMemory(config).weightBytes() / LOAD_BYTES_PER_SECOND;
        if (config.enforceEager()) {
            return new StartupTimes(load / FAST_MOTION, 0, 0, Optional.empty(), false);
        }
        Optional<Path> cache = Optional.ofNullable(environment.get(CACHE_ROOT))
                .map(root -> Path.of(root, "torch_compile_cache", key(config), "rank_" + rank + "_0"));
        boolean cached = cache.map(Files::exists).orElse(true);
        double layers = config.model().layers();
        double compile = COMPILE_SECONDS + COMPILE_SECONDS_A_LAYER * layers;
        double graphs = GRAPHS_SECONDS + GRAPHS_SECONDS_A_LAYER * layers;
        return new StartupTimes(
                load / FAST_MOTION,
                compile * (cached ? CACHED_SHARE : 1) / FAST_MOTION,
                graphs / FAST_MOTION,
                cache,
                cached);
    }

    /** What a compiled model depends on: its shape, its numbers, and how it lies over GPUs. */
    private static String key(SimConfig config) {
        long hash = ToyModel.hash(config.model().toString())
                ^ ToyModel.mix(ToyModel.hash(config.precision().toString() + config.tp() + "x" + config.pp() + "x"
                        + config.dp() + " " + config.maxNumBatchedTokens()));
        return String.format("%016x", hash);
    }

    /** The engine's constructor: all of it, s. */
    double init() {
        return load + compile + graphs;
    }

    /**
     * Leaves the compiled model for the next start.
     *
     * @throws IOException when the folder cannot be written
     */
    void fillCache() throws IOException {
        if (cache.isPresent() && !cached) {
            Files.createDirectories(cache.get());
            Files.writeString(
                    cache.get().resolve("computation_graph.txt"), "Dyno's simulator: nothing was compiled.\n");
        }
    }
}
