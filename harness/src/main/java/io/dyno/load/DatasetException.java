package io.dyno.load;

/** Prompts cannot be had: a file that cannot be read, a row that means nothing, a slice that ran out. Always class {@code config_error}. */
public final class DatasetException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what, where, why and what to do; it is shown without a stack trace. */
    public DatasetException(String message) {
        super(message);
    }

    /** As above, with what was thrown by somebody else's code. */
    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
