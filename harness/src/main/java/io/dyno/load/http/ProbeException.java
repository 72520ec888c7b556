package io.dyno.load.http;

/** A server does not answer the requests that a benchmark would send. The message says what, why and what to do. */
public final class ProbeException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why there was no answer. */
    public enum Kind {
        /** It refuses what is asked: other settings are needed. */
        REFUSED,
        /** It did not let us in, failed, or took too long. */
        UNANSWERED
    }

    private final Kind kind;

    public ProbeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Why there was no answer. */
    public Kind kind() {
        return kind;
    }
}
