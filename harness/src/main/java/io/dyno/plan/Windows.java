package io.dyno.plan;

/**
 * The warm-up or the measurement of a point: so many windows (or isolated iterations), each by time or by count; STARTUP has
 * neither.
 *
 * @param count how many
 * @param timeNanos length of each, ns, or null when not by time
 * @param requests requests of each, or null when not by count
 */
public record Windows(int count, Long timeNanos, Integer requests) {}
