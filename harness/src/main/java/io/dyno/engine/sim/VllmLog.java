package io.dyno.engine.sim;

import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Log lines in vLLM's form: {@code (APIServer pid=7063) INFO 11-23 01:32:04 [api_utils.py:347] text}. */
final class VllmLog {
    /** The frontend. */
    static final String API = "APIServer";

    /** The engine; in the simulator the same process. */
    static final String CORE = "EngineCore";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT);

    private final PrintStream out;
    private final long pid = ProcessHandle.current().pid();

    VllmLog(PrintStream out) {
        this.out = out;
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

    private void line(String process, String level, String source, String text) {
        String prefix = "(" + process + " pid=" + pid + ") " + level + " "
                + TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " [" + source + "] ";
        StringBuilder lines = new StringBuilder();
        for (String part : text.split("\n", -1)) {
            lines.append(lines.isEmpty() ? "" : System.lineSeparator())
                    .append(prefix)
                    .append(part);
        }
        raw(lines.toString());
    }
}
