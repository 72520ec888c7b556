package io.dyno.metrics;

import java.util.Locale;

/** Where a request's token counts come from. Tokens are never counted by re-tokenizing: that does not invert. */
public enum TokenSource {
    /** Cumulative usage on every chunk: exact per chunk. */
    CONTINUOUS_USAGE,
    /** Token ids on every chunk: exact per chunk. */
    TOKEN_IDS,
    /** Usage at the end: the total is exact, its spread over chunks is not known and is taken as even. */
    FINAL_USAGE,
    /** The engine itself, token by token: the simulator in virtual time. */
    ENGINE,
    /**
     * The engine's own statistics of a request, offline: when its first and its last token came, and how many there were. Its two chunks stand
     * for the first token and for all that followed; when those between came is not known.
     */
    ENGINE_STATS,
    /** Nobody said: token counts are null. */
    NONE;

    /** The name in files: {@code continuous_usage}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
