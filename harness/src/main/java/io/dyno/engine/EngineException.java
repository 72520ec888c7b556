package io.dyno.engine;

/** An engine could not be started, or was lost while it was used. */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient EngineFailure failure;

    public EngineException(EngineFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /** Why. */
    public EngineFailure failure() {
        return failure;
    }
}
