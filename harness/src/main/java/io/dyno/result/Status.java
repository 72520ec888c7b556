package io.dyno.result;

import java.util.Locale;

/** How a point, or a point of one fork, ended. The names in files are these in lower case. */
public enum Status {
    /** Measured. */
    OK,
    /** The engine or too many requests failed. */
    FAILED,
    /** A fork stayed without its number of valid windows. */
    VOID,
    /** Not run, because this engine cannot. */
    SKIPPED,
    /** The run ended before it. */
    INTERRUPTED;

    /** The name in files: {@code ok}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
