package io.dyno;

/** What is measured: how the engine is driven, and therefore which metrics come out. */
public enum Bench {
    /** A server under load: latencies per request and rates per window. */
    SERVE,
    /** All prompts handed to the engine at once, offline; the primary metric is {@code output_throughput}. */
    THROUGHPUT,
    /** One fixed batch, offline, repeated; the primary metric is {@code e2el}. */
    LATENCY,
    /** Engine starts, cold and warm, each in a fresh process; the primary metric is {@code startup_warm}. */
    STARTUP
}
