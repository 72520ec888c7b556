package io.dyno.engine.sim;

/** A request to the offline engine that Python would answer with an exception: its type and its words. */
final class OfflineError extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    OfflineError(String type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /** A value that vLLM refuses. */
    static OfflineError validation(String message) {
        return new OfflineError("VLLMValidationError", message);
    }

    /** The exception's class, without its module. */
    String type() {
        return type;
    }
}
