package io.dyno.plan;

/**
 * Every rule that a definition or a command line can break: a stable code and the long form that {@code explain CODE} prints. Codes never
 * change their meaning. 1xx: settings and their values; 2xx: the shape of classes, fields and methods; 3xx: the command line and the plan.
 */
public enum Rule {
    UNKNOWN_FLAG("DYNO-107", Severity.WARNING, "A flag that vLLM does not have", """
            The flag is not among the engine arguments of the vLLM version that Dyno's catalogue describes. vLLM itself would refuse to
            start. When your vLLM is newer and has it, silence this with @SuppressWarnings("dyno").""");

    private final String code;
    private final Severity severity;
    private final String title;
    private final String explanation;

    Rule(String code, Severity severity, String title, String explanation) {
        this.code = code;
        this.severity = severity;
        this.title = title;
        this.explanation = explanation;
    }

    /** Whether the rule stops the compiler. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** {@code DYNO-107}. */
    public String code() {
        return code;
    }

    public Severity severity() {
        return severity;
    }

    /** The rule in a few words. */
    public String title() {
        return title;
    }

    /** What it is about, why it is a rule and what to do: several lines. */
    public String explanation() {
        return explanation;
    }
}
