package io.dyno.run;

import java.util.ArrayList;
import java.util.List;

/** Splits one text into arguments, for {@code -Ddyno.args="…"}: Maven hands over a single property, and no shell is asked to split it. */
final class ArgumentText {
    private ArgumentText() {}

    /**
     * Splits at blanks. Single and double quotes keep blanks together; inside double quotes and outside of quotes a backslash takes the
     * next character as it is.
     *
     * @throws UsageException when a quote is not closed or a backslash is the last character
     */
    static List<String> split(String text) throws UsageException {
        List<String> arguments = new ArrayList<>();
        StringBuilder current = null;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (++i == text.length()) {
                    throw new UsageException("dyno.args ends with a backslash: " + text);
                }
                current = append(current, text.charAt(i));
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    current.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                current = current == null ? new StringBuilder() : current;
            } else if (Character.isWhitespace(c)) {
                if (current != null) {
                    arguments.add(current.toString());
                    current = null;
                }
            } else {
                current = append(current, c);
            }
        }
        if (quote != 0) {
            throw new UsageException("dyno.args has a quote (" + quote + ") that is not closed: " + text);
        }
        if (current != null) {
            arguments.add(current.toString());
        }
        return arguments;
    }

    private static StringBuilder append(StringBuilder current, char c) {
        return (current == null ? new StringBuilder() : current).append(c);
    }
}
