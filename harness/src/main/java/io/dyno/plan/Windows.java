package io.dyno.plan;

/**
 * The warm-up or the measurement of a point: so many windows (or isolated iterations), each by time or by count.
 *
 * @param count how many
 * @param timeNanos length of each, ns, or null when by count
 * @param requests requests of each, or null when by time
 */
public record Windows(int count, Long timeNanos, Integer requests) {}
