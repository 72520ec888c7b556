package io.dyno.engine.sim;

import java.util.Locale;

/** Why an answer ended. */
enum FinishReason {
    /** By itself. */
    STOP,
    /** As many tokens as were asked for, or as fit. */
    LENGTH,
    /** The client went away. */
    ABORT;

    /** The name in answers and metrics: {@code length}. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
