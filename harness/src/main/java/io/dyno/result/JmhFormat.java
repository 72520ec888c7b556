package io.dyno.result;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dyno.stats.Estimates;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * JMH's formats of a result file, and what each makes of characters that mean something in it. JMH escapes little or nothing in names, labels
 * and units, and indents its JSON by looking for brackets, braces and commas, also inside names. So such characters travel through JMH as
 * characters of the private use area.
 */
public enum JmhFormat {
    /** JMH's table. */
    TEXT(ResultFormatType.TEXT, "._-:/ %"),
    /** RFC 4180 with commas. */
    CSV(ResultFormatType.CSV, "._-:/ %"),
    /** The same with semicolons. */
    SCSV(ResultFormatType.SCSV, "._-:/ %"),
    /** What JMH's viewers read. */
    JSON(ResultFormatType.JSON, "._-:/ %"),
    /** A tabular. */
    LATEX(ResultFormatType.LATEX, ".-:/ ");

    /** Where characters stand that JMH must not see. */
    private static final char PRIVATE = '\uE000';

    private final ResultFormatType type;
    private final String plain;

    JmhFormat(ResultFormatType type, String plain) {
        this.type = type;
        this.plain = plain;
    }

    /** The name on the command line, and a file's extension: {@code csv}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, in the order of help. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(JmhFormat::id).toList();
    }

    /** The format of a name. */
    public static Optional<JmhFormat> of(String id) {
        return Arrays.stream(values()).filter(f -> f.id().equals(id)).findFirst();
    }

    ResultFormatType type() {
        return type;
    }

    /** A name, label or unit as JMH may see it. */
    String protect(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean harmless = c >= 128 || Character.isLetterOrDigit(c) || plain.indexOf(c) >= 0;
            safe.append(harmless ? c : (char) (PRIVATE + c));
        }
        return safe.toString();
    }

    /** A parameter's value as JMH may see it: only LaTeX needs more than JMH does. */
    String protectValue(String value) {
        return this == LATEX ? protect(value) : value;
    }

    /** What JMH wrote, with the protected characters in place, and its own words put right. */
    String restore(String written) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c >= PRIVATE && c < PRIVATE + 128) {
                text.append(escaped((char) (c - PRIVATE)));
            } else {
                text.append(c);
            }
        }
        return switch (this) {
            case TEXT, JSON -> text.toString().replace(System.lineSeparator(), "\n");
            // JMH's heading is fixed; the errors in the column are ours.
            case CSV, SCSV ->
                text.toString()
                        .replaceFirst(
                                "Score Error \\(99[.,]9%\\)",
                                String.format(Locale.ROOT, "Score Error (%.1f%%)", 100 * Estimates.LEVEL));
            case LATEX -> text + "\n";
        };
    }

    private String escaped(char c) {
        return switch (this) {
            case TEXT -> Character.toString(c);
            case CSV, SCSV -> c == '"' ? "\"\"" : Character.toString(c);
            case JSON -> new String(JsonStringEncoder.getInstance().quoteAsString(Character.toString(c)));
            case LATEX ->
                switch (c) {
                    case '\\' -> "\\textbackslash{}";
                    case '~' -> "\\textasciitilde{}";
                    case '^' -> "\\textasciicircum{}";
                    default -> "%&$#_{}".indexOf(c) >= 0 ? "\\" + c : Character.toString(c);
                };
        };
    }
}
