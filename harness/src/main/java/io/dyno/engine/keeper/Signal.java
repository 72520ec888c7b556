package io.dyno.engine.keeper;

/** The signals that end an engine, from the most to the least polite. Numbers are those of Linux on x86-64 and aarch64. */
public enum Signal {
    INT(2),
    TERM(15),
    KILL(9);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /** A signal's name as users know it: {@code SIGSEGV}; {@code signal 35} for one without a common name. */
    static String nameOf(int number) {
        return switch (number) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 3 -> "SIGQUIT";
            case 4 -> "SIGILL";
            case 5 -> "SIGTRAP";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 14 -> "SIGALRM";
            case 15 -> "SIGTERM";
            default -> "signal " + number;
        };
    }
}
