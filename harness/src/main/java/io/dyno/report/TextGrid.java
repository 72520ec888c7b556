package io.dyno.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of cells laid out in columns, two blanks apart. A cell may have marks behind it, which stand in a gutter of their own so that digits
 * stay under digits. A row may end in free text that no column has to make room for.
 */
final class TextGrid {
    private static final String GAP = "  ";

    /**
     * A cell.
     *
     * @param text what it says
     * @param marks what stands behind it, or empty
     */
    record Cell(String text, String marks) {
        static Cell of(String text) {
            return new Cell(text, "");
        }
    }

    private record Row(List<Cell> cells, String rest) {}

    private final boolean[] left;
    private final List<Row> rows = new ArrayList<>();

    /** A grid of so many columns; those named here are aligned to the left, the others to the right. */
    TextGrid(int columns, int... leftColumns) {
        left = new boolean[columns];
        Arrays.stream(leftColumns).forEach(c -> left[c] = true);
    }

    /** Adds a row: its first cells, and text behind them (empty for none). */
    void row(List<Cell> cells, String rest) {
        rows.add(new Row(List.copyOf(cells), rest));
    }

    /** Columns of the widest row, free text left aside. */
    int width() {
        int[] texts = widths(false);
        int[] marks = widths(true);
        return Arrays.stream(texts).sum() + Arrays.stream(marks).sum() + GAP.length() * (texts.length - 1);
    }

    /** The rows, each ended by a line feed, without blanks at their ends. */
    String layOut() {
        int[] texts = widths(false);
        int[] marks = widths(true);
        StringBuilder out = new StringBuilder();
        for (Row row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.cells().size(); c++) {
                Cell cell = row.cells().get(c);
                String blanks = " ".repeat(texts[c] - length(cell.text()));
                line.append(c == 0 ? "" : GAP);
                line.append(left[c] ? cell.text() + blanks : blanks + cell.text());
                line.append(cell.marks())
                        .append(" ".repeat(marks[c] - cell.marks().length()));
            }
            if (!row.rest().isEmpty()) {
                line.append(GAP).append(row.rest());
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private int[] widths(boolean ofMarks) {
        int[] widths = new int[left.length];
        for (Row row : rows) {
            for (int c = 0; c < row.cells().size(); c++) {
                Cell cell = row.cells().get(c);
                int length = ofMarks ? cell.marks().length() : length(cell.text());
                widths[c] = Math.max(widths[c], length);
            }
        }
        return widths;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
