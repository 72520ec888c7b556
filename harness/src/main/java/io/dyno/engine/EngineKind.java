package io.dyno.engine;

import java.util.Locale;

/** Which engine is behind the line. */
public enum EngineKind {
    /** The real one. */
    VLLM,
    /** The simulator: nothing is measured. */
    SIM,
    /** A server that somebody else started. */
    REMOTE;

    /** The name in files and options: {@code vllm}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
