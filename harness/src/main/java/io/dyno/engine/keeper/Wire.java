package io.dyno.engine.keeper;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A message as one line of text: fields separated by tabs, in which tab, line feed, carriage return and backslash are written {@code \t},
 * {@code \n}, {@code \r} and {@code \\}. UTF-8, whatever the locale.
 */
public final class Wire {
    private Wire() {}

    /** The message's line, without a line end. */
    public static String line(Stream<String> fields) {
        return fields.map(Wire::escape).collect(Collectors.joining("\t"));
    }

    /** The message's line, without a line end. */
    public static String line(String... fields) {
        return line(Stream.of(fields));
    }

    /** The fields of a line. */
    public static List<String> fields(String line) {
        return Stream.of(line.split("\t", -1)).map(String::translateEscapes).toList();
    }

    private static String escape(String field) {
        return field.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}
