package io.dyno.profile;

/** A profiler cannot do what was asked. The message is for the user: what, why, remedy. */
public final class ProfilerException extends Exception {
    private static final long serialVersionUID = 1L;

    public ProfilerException(String message) {
        super(message);
    }

    public ProfilerException(String message, Throwable cause) {
        super(message, cause);
    }
}
