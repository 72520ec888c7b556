package io.dyno.metrics;

/**
 * Limits of {@link io.dyno.Slo} as values.
 *
 * @param ttftMillis limit of the time to first token from the due time, ms, or null
 * @param tpotMillis limit of the time per output token, ms, or null; a request whose first chunk brought all tokens is exempt
 * @param e2elMillis limit of the end-to-end latency from the due time, ms, or null
 * @param attainment share of requests that must meet them, in (0, 1]
 */
public record SloLimits(Double ttftMillis, Double tpotMillis, Double e2elMillis, double attainment) {}
