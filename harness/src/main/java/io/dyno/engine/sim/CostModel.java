package io.dyno.engine.sim;

import java.util.SplittableRandom;

/**
 * How long a step takes: a roofline (Williams, Waterman, Patterson 2009) of the GPU, plus communication, plus a fixed cost.
 *
 * <pre>
 * step = factor · ( max(FLOPs / (peak·0.6), bytes / (bandwidth·0.8)) + all-reduce + overhead )
 * </pre>
 *
 * docs/simulator.md has every term with its source. FLOPs and bytes are those of one GPU.
 */
final class CostModel {
    /** Share of the peak rate that large matrix products reach. An assumption. */
    static final double COMPUTE_EFFICIENCY = 0.6;

    /** Share of the memory bandwidth that kernels reach. An assumption. */
    static final double MEMORY_EFFICIENCY = 0.8;

    /** Scheduling, input preparation, sampling: in every step. An assumption. */
    static final double STEP_OVERHEAD_SECONDS = 600e-6;

    /** The part of that which grows with every sequence of the step. An assumption. */
    static final double SEQUENCE_OVERHEAD_SECONDS = 4e-6;

    /** Launching a layer's kernels one by one, without CUDA graphs. An assumption. */
    static final double EAGER_LAYER_SECONDS = 60e-6;

    private final SimConfig config;
    private final double factor;
    private final double computeRate;
    private final double headComputeRate;
    private final double memoryRate;
    private final double flopsPerToken;
    private final double flopsPerSample;
    private final double flopsPerPair;
    private final double denseBytes;
    private final double expertBytes;
    private final double kvTokenBytes;
    private final double missProbability;
    private final double overheadSeconds;

    /**
     * @param factor slowness of this start of the engine, see {@link #startFactor}
     */
    CostModel(SimConfig config, double factor) {
        this.config = config;
        this.factor = factor;
        ModelShape m = config.model();
        Precision p = config.precision();
        GpuModel gpu = config.machine().gpu();
        int tp = config.tp();
        this.computeRate = (p.eightBit() ? gpu.fp8FlopsPerSecond() : gpu.bf16FlopsPerSecond())
                * COMPUTE_EFFICIENCY
                * (2 / Math.max(2, p.layerBytes()));
        this.headComputeRate = gpu.bf16FlopsPerSecond() * COMPUTE_EFFICIENCY * (2 / Math.max(2, p.headBytes()));
        this.memoryRate = gpu.bytesPerSecond() * MEMORY_EFFICIENCY;
        this.flopsPerToken = 2.0 * m.activeLayerParameters() / tp;
        this.flopsPerSample = 2.0 * m.headParameters() / tp;
        this.flopsPerPair = 4.0 * m.layers() * m.heads() * m.headDim() / tp;
        double perLayer = (m.attentionParameters() + m.routerParameters() + m.extraPerLayer()) * p.layerBytes();
        boolean dense = m.experts() == 1;
        this.denseBytes = (m.layers() * (perLayer + (dense ? m.expertParameters() * p.layerBytes() : 0))
                        + m.headParameters() * p.headBytes())
                / tp;
        this.expertBytes = dense ? 0 : (double) m.layers() * m.experts() * m.expertParameters() * p.layerBytes() / tp;
        this.missProbability = 1 - (double) m.expertsPerToken() / m.experts();
        int kvHeadsHere = Math.max(1, m.kvHeads() / tp);
        this.kvTokenBytes = 2.0 * m.layers() * kvHeadsHere * m.headDim() * p.kvBytes();
        this.overheadSeconds = STEP_OVERHEAD_SECONDS + (config.enforceEager() ? EAGER_LAYER_SECONDS * m.layers() : 0);
    }

    /**
     * The slowness of one start of an engine: log-normal with mean 1 and the machine's {@code engine-cv}, drawn from seed and start, so that
     * the same start of the same machine is always as slow.
     */
    static double startFactor(SimOptions machine, String start) {
        if (machine.engineCv() == 0) {
            return 1;
        }
        double sigma = Math.sqrt(Math.log1p(machine.engineCv() * machine.engineCv()));
        SplittableRandom random = new SplittableRandom(ToyModel.mix(machine.seed() ^ ToyModel.hash(start)));
        return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    }

    /**
     * What a step works on.
     *
     * @param tokens tokens computed
     * @param sampled sequences that get a token
     * @param contextTokens tokens whose keys and values are read, over all sequences
     * @param attentionPairs pairs of a query token and a token it looks at
     */
    record Load(int tokens, int sampled, int sequences, double contextTokens, double attentionPairs) {}

    /**
     * How long a step takes.
     *
     * @param latencyNanos from its start until its tokens are there
     * @param occupancyNanos until the next step may start: less than the latency where pipeline stages overlap
     */
    record Time(long latencyNanos, long occupancyNanos) {}

    Time time(Load load) {
        double busy = Math.max(computeSeconds(load), memorySeconds(load)) + allReduceSeconds(load.tokens);
        double overhead = overheadSeconds + SEQUENCE_OVERHEAD_SECONDS * load.sequences;
        double transfers = (config.pp() - 1) * transferSeconds(load.tokens);
        long latency = Math.round(1e9 * factor * (busy + transfers + overhead));
        long occupancy = config.pp() == 1 ? latency : Math.round(1e9 * factor * (busy / config.pp() + overhead));
        return new Time(Math.max(1, latency), Math.max(1, occupancy));
    }

    double computeSeconds(Load load) {
        return (flopsPerToken * load.tokens + flopsPerPair * load.attentionPairs) / computeRate
                + flopsPerSample * load.sampled / headComputeRate;
    }

    double memorySeconds(Load load) {
        // Of a mixture's experts a step reads those that at least one of its tokens was sent to (uniform routing).
        double touched = expertBytes == 0 ? 0 : expertBytes * (1 - Math.pow(missProbability, load.tokens));
        return (denseBytes + touched + kvTokenBytes * (load.contextTokens + load.tokens)) / memoryRate;
    }

    /** Two all-reduces a layer over a ring: 2·(tp−1)/tp of the activations pass each link. */
    double allReduceSeconds(int tokens) {
        int tp = config.tp();
        if (tp == 1) {
            return 0;
        }
        GpuModel gpu = config.machine().gpu();
        double bytes =
                (double) tokens * config.model().hidden() * config.precision().activationBytes();
        double one = gpu.linkLatencySeconds() + 2.0 * (tp - 1) / tp * bytes / gpu.linkBytesPerSecond();
        return 2.0 * config.model().layers() * one;
    }

    private double transferSeconds(int tokens) {
        GpuModel gpu = config.machine().gpu();
        double bytes =
                (double) tokens * config.model().hidden() * config.precision().activationBytes();
        return gpu.linkLatencySeconds() + bytes / gpu.linkBytesPerSecond();
    }
}
