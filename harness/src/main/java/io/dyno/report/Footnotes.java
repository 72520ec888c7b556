package io.dyno.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands under a table: why a cell is empty or doubtful. Equal reasons share a mark. */
final class Footnotes {
    private final Map<String, String> marks = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    Footnotes() {}

    /** A copy, to try a layout that may not be kept. */
    Footnotes(Footnotes other) {
        marks.putAll(other.marks);
        lines.addAll(other.lines);
    }

    /** The mark for a reason: {@code [a]}, {@code [b]}, … */
    String mark(String reason) {
        return marks.computeIfAbsent(reason, r -> "[" + letters(marks.size()) + "]");
    }

    /** A line without a mark, once. */
    void line(String text) {
        if (!lines.contains(text)) {
            lines.add(text);
        }
    }

    /** {@code a} … {@code z}, {@code aa}, … */
    private static String letters(int n) {
        String last = Character.toString((char) ('a' + n % 26));
        return n < 26 ? last : letters(n / 26 - 1) + last;
    }

    String layOut() {
        StringBuilder out = new StringBuilder();
        marks.forEach(
                (reason, mark) -> out.append(mark).append(' ').append(reason).append('\n'));
        lines.forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }
}
