package io.dyno.plan;

import io.dyno.Bench;
import java.util.List;

/** Every default, in one place. */
public final class Defaults {
    /** Measured when a class says nothing. */
    public static final List<Bench> BENCHES = List.of(Bench.SERVE);

    /** Where prompts come from. */
    public static final Dataset DATASET = Dataset.RANDOM;

    /** Prompt length, tokens. */
    public static final long INPUT_LEN = 1024;

    /** Output length, tokens. */
    public static final long OUTPUT_LEN = 1024;

    /** Requests of a window by count, a drained run or an offline batch, when numPrompts is not written. */
    public static final long NUM_PROMPTS = 100;

    /** Prompts of LATENCY's batch. */
    public static final long BATCH_SIZE = 8;

    /** Where requests go: a constant of {@link io.dyno.Endpoint}. */
    public static final String ENDPOINT = "COMPLETIONS";

    /** Seed of prompts, arrivals and order. */
    public static final long SEED = 0;

    /** Greedy. */
    public static final double TEMPERATURE = 0;

    /** Slots of the closed loop when neither rate nor concurrency is written. */
    public static final long MAX_CONCURRENCY = 32;

    /** Poisson arrivals. */
    public static final double BURSTINESS = 1;

    /** Measured forks: fresh engines. */
    public static final int FORKS = 3;

    /** Forks thrown away before them. */
    public static final int WARMUP_FORKS = 0;

    /** Warm-up windows of a point in a fork. */
    public static final int WARMUP_ITERATIONS = 1;

    /** Measurement windows of a point in a fork. */
    public static final int MEASUREMENT_ITERATIONS = 3;

    /** Length of a window by time, ns. */
    public static final long WINDOW_NANOS = 30_000_000_000L;

    /** Confidence of estimates, a share. */
    public static final double CONFIDENCE = 0.95;

    /** More failed requests than this share of a point's scored ones make the point failed. */
    public static final double MAX_FAILED = 0.01;

    /** A request still open so long after it was due has failed, ns. */
    public static final long REQUEST_TIMEOUT_NANOS = 600_000_000_000L;

    /** An engine that is not ready after so long, downloads not counted, has failed, ns. */
    public static final long READY_TIMEOUT_NANOS = 1_800_000_000_000L;

    /** Time to a ready engine, s, that estimates assume when nothing better is known. */
    public static final double ENGINE_START_SECONDS = 60;

    /** Time per output token, ms, that estimates assume when nothing better is known: a mid-size model on a data-centre GPU under load. */
    public static final double TPOT_MILLIS = 10;

    private Defaults() {}
}
