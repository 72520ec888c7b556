package io.dyno.engine.sim;

/** A configuration that vLLM would refuse too, said in its words. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the frontend says when the engine's own process could not start, and has said why. */
    static final String CORE_FAILED =
            "Engine core initialization failed. See root cause above. Failed core proc(s): {}";

    private final int exitCode;
    private final Stage stage;

    /** Where vLLM notices. */
    public enum Stage {
        /** While it reads the command line: usage on stderr, exit code 2. */
        USAGE,
        /** While it checks the configuration. */
        CONFIGURATION,
        /** While the engine loads the model. */
        LOADING,
        /** When the engine divides up what memory is left. */
        KV_CACHE
    }

    private Refusal(Stage stage, int exitCode, String message) {
        super(message);
        this.stage = stage;
        this.exitCode = exitCode;
    }

    static Refusal usage(String message) {
        return new Refusal(Stage.USAGE, 2, message);
    }

    static Refusal configuration(String message) {
        return new Refusal(Stage.CONFIGURATION, 1, message);
    }

    static Refusal loading(String message) {
        return new Refusal(Stage.LOADING, 1, message);
    }

    static Refusal kvCache(String message) {
        return new Refusal(Stage.KV_CACHE, 1, message);
    }

    /** The exit code that vLLM ends with. */
    public int exitCode() {
        return exitCode;
    }

    /** The exception that the user's program gets, without its module. */
    String exception() {
        return switch (stage) {
            case USAGE -> "SystemExit";
            case CONFIGURATION -> getMessage().startsWith("1 validation error") ? "ValidationError" : "ValueError";
            case LOADING, KV_CACHE -> "RuntimeError";
        };
    }

    /** What that exception says. */
    String exceptionMessage() {
        return exception().equals("RuntimeError") ? CORE_FAILED : getMessage();
    }

    /** Where it is noticed. */
    public Stage stage() {
        return stage;
    }
}
