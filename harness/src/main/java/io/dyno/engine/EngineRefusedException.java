package io.dyno.engine;

/** No engine can be chosen. The message says what, why and what to do. */
public final class EngineRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is, which decides the exit code. */
    public enum Kind {
        /** The options contradict each other or are misspelt: exit 2. */
        USAGE,
        /** What was asked for is not on this machine: exit 3. */
        UNAVAILABLE
    }

    private final Kind kind;

    public EngineRefusedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What kind of refusal it is. */
    public Kind kind() {
        return kind;
    }
}
