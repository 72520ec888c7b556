package io.dyno.metrics;

import java.util.Locale;

/** Why a request, a fork or a point failed: the one list of classes in every file and message. */
public enum FailureClass {
    /** The GPU ran out of memory. */
    OOM_GPU,
    /** The host ran out of memory. */
    OOM_HOST,
    /** The engine was alive but not ready in time. */
    STARTUP_TIMEOUT,
    /** The engine's process ended although nobody asked it to. */
    SERVER_CRASH,
    /** The engine is alive and answers nothing. */
    SERVER_HANG,
    /** The server answered with an error (a status, an error event inside a stream, a stream that was cut) or took no connection. */
    HTTP_ERRORS,
    /** The client could not send or could not understand. */
    CLIENT_ERROR,
    /** Somebody else took the engine's port. */
    PORT_CONFLICT,
    /** The configuration cannot work. */
    CONFIG_ERROR,
    /** A request did not end in its time. */
    TIMEOUT,
    /** Stopped by the user, or cut because the load had ended. */
    INTERRUPTED;

    /** The name in files: {@code oom_gpu}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The class with this name in files.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static FailureClass ofId(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
