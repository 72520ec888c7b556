package io.dyno.run;

/** How a run ended, for scripts. Where several apply, the first of this list is given. */
public enum ExitCode {
    INTERRUPTED(130, "interrupted"),
    USAGE(2, "usage or configuration"),
    NO_ENGINE(3, "no engine could be started"),
    FAILED(1, "a point failed or is void"),
    REGRESSION(4, "regression"),
    INCONCLUSIVE(5, "inconclusive"),
    OK(0, "ok");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The process's exit status. */
    public int code() {
        return code;
    }

    /** In a few words. */
    public String meaning() {
        return meaning;
    }

    /** The one that is told when both apply. */
    public ExitCode and(ExitCode other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
