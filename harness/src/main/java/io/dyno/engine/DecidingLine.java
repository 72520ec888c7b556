package io.dyno.engine;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A line of an engine's log as it is shown to people: without the process, level, time and place in front of vLLM's messages, and, where a
 * message goes on below, with its further lines. Validation errors repeat the whole input at their end; that is left out.
 */
final class DecidingLine {
    /** Longest text shown, characters. */
    static final int LONGEST = 600;

    /** Most lines below the first that belong to a message. */
    private static final int MOST_MORE = 4;

    /** {@code (EngineCore pid=7122) ERROR 11-23 01:32:18 [core.py:133] }, each part of which may be missing. */
    private static final Pattern PREFIX =
            Pattern.compile("^\\s*(?:\\([^()]*pid=\\d+\\)\\s+)*(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL|FATAL)\\s+"
                    + "(?:\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\s+)?(?:\\[[^\\[\\]]*:\\d+\\]\\s*)?)?");

    /** From here on pydantic repeats what it was given. */
    private static final String INPUT = " [type=";

    private final StringBuilder text = new StringBuilder();
    private final boolean goesOn;
    private int more;
    private boolean complete;

    private DecidingLine(boolean goesOn) {
        this.goesOn = goesOn;
    }

    /**
     * Begins with the line that decided.
     *
     * @param bare as {@link #bare} gives it
     * @param goesOn whether the lines below it say the rest
     */
    static DecidingLine of(String bare, boolean goesOn) {
        DecidingLine line = new DecidingLine(goesOn);
        line.append(bare);
        return line;
    }

    /** A line of a log without what stands in front of its message. */
    static String bare(String line) {
        return PREFIX.matcher(line).replaceFirst("").strip();
    }

    /** The next line of the log, bare; ignored when the message is complete. */
    void next(String bare) {
        if (!goesOn || complete) {
            return;
        }
        if (bare.isEmpty() || bare.toLowerCase(Locale.ROOT).startsWith("for further information")) {
            complete = true;
            return;
        }
        text.append(": ");
        append(bare);
        complete |= ++more == MOST_MORE;
    }

    private void append(String bare) {
        int input = bare.indexOf(INPUT);
        text.append(input < 0 ? bare : bare.substring(0, input));
        complete |= input >= 0;
    }

    String text() {
        return text.length() <= LONGEST ? text.toString() : text.substring(0, LONGEST) + "…";
    }
}
