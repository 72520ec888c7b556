package io.dyno.metrics;

/** What a chunk carries: tokens count on every channel, so that reasoning is no dead time. */
public enum Channel {
    /** The answer. */
    CONTENT,
    /** Reasoning that comes before the answer in a field of its own. */
    REASONING,
    /** A tool call's arguments. */
    TOOL
}
