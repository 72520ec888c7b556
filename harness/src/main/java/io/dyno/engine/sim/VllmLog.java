package io.dyno.engine.sim;

import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Log lines in vLLM's form: {@code (APIServer pid=7063) INFO 11-23 01:32:04 [api_utils.py:347] text}. Offline there is no API server: what it
 * would say is said by the user's own program, whose lines have no name in front.
 */
final class VllmLog {
    /** The frontend. */
    static final String API = "APIServer";

    /** The engine; in the simulator the same process. */
    static final String CORE = "EngineCore";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT);

    private final PrintStream out;
    private final boolean offline;
    private final long pid = ProcessHandle.current().pid();

    /**
     * A log on {@code out}.
     *
     * @param offline whether there is no API server
     */
    VllmLog(PrintStream out, boolean offline) {
        this.out = out;
        this.offline = offline;
    }

    long pid() {
        return pid;
    }

    void info(String process, String source, String text) {
        line(process, "INFO", source, text);
    }

    void warning(String process, String source, String text) {
        line(process, "WARNING", source, text);
    }

    void error(String process, String source, String text) {
        line(process, "ERROR", source, text);
    }

    /** A line of uvicorn or of the interpreter. */
    void raw(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    /** What stands in front of a process's lines. */
    String name(String process) {
        return offline && process.equals(API) ? "" : "(" + process + " pid=" + pid + ") ";
    }

    private void line(String process, String level, String source, String text) {
        String prefix = name(process) + level + " " + TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " ["
                + source + "] ";
        StringBuilder lines = new StringBuilder();
        for (String part : text.split("\n", -1)) {
            lines.append(lines.isEmpty() ? "" : System.lineSeparator())
                    .append(prefix)
                    .append(part);
        }
        raw(lines.toString());
    }
}
