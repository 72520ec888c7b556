package io.dyno.metrics;

/** Which way is better. */
public enum Direction {
    LOWER,
    HIGHER,
    NONE
}
