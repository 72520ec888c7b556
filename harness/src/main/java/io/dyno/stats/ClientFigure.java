package io.dyno.stats;

import java.util.Locale;

/** A figure of an isolated load that both Dyno and {@code vllm bench serve} give, under vLLM's name. */
public enum ClientFigure {
    DURATION("s"),
    REQUEST_THROUGHPUT("req/s"),
    OUTPUT_THROUGHPUT("tok/s"),
    MEAN_TTFT_MS("ms"),
    MEDIAN_TTFT_MS("ms"),
    P99_TTFT_MS("ms"),
    MEAN_TPOT_MS("ms"),
    MEDIAN_TPOT_MS("ms"),
    P99_TPOT_MS("ms"),
    /** vLLM's ITL is the gap between chunks: Dyno's {@code icl}. */
    MEAN_ITL_MS("ms"),
    MEDIAN_ITL_MS("ms"),
    P99_ITL_MS("ms"),
    MEAN_E2EL_MS("ms"),
    MEDIAN_E2EL_MS("ms"),
    P99_E2EL_MS("ms");

    private final String unit;

    ClientFigure(String unit) {
        this.unit = unit;
    }

    /** The key in the result file of {@code vllm bench serve}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its unit. */
    public String unit() {
        return unit;
    }
}
