package io.dyno.engine.keeper;

/**
 * How a process ended. Exactly one of the two is there.
 *
 * @param code its exit code, or null when a signal ended it
 * @param signal the signal's number, or null when it ended by itself
 */
public record ProcessExit(Integer code, Integer signal) {
    /** {@code exit code 3}, {@code SIGKILL}. */
    public String text() {
        return code != null ? "exit code " + code : Signal.nameOf(signal);
    }

    /** From the status that waitpid gives: the low seven bits are the signal, the next byte is the code. */
    static ProcessExit ofStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new ProcessExit((status >> 8) & 0xff, null) : new ProcessExit(null, signal);
    }
}
