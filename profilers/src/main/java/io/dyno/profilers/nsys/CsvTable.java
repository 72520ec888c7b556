package io.dyno.profilers.nsys;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A CSV file of {@code nsys stats}, read row by row: a trace of all kernels has millions. Columns are found by their names. */
final class CsvTable {
    private final Path file;
    private final List<String> header;

    private CsvTable(Path file, List<String> header) {
        this.file = file;
        this.header = header;
    }

    /** One row. */
    final class Row {
        private final List<String> cells;

        private Row(List<String> cells) {
            this.cells = cells;
        }

        /** The cell of the column whose name begins so, blanks and case aside: versions write {@code Time (%)} and {@code Time(%)}. */
        String text(String column) {
            int index = column(column);
            return index < cells.size() ? cells.get(index) : "";
        }

        /** A number; 0 where the cell is empty, as nsys leaves those of kernels that a memory operation has and the other way round. */
        double number(String column) {
            String text = text(column);
            return text.isEmpty() ? 0 : Double.parseDouble(text);
        }
    }

    /**
     * Reads all rows. A file without a line is a report without data, which nsys also leaves.
     *
     * @throws IOException when a column is missing or a cell is no number; the message names the file
     */
    static void read(Path file, Consumer<Row> rows) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String first = lines.readLine();
            if (first == null || first.isBlank()) {
                return;
            }
            CsvTable table = new CsvTable(file, cells(first));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    rows.accept(table.new Row(cells(line)));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file.getFileName() + " is not what nsys stats writes: " + e.getMessage(), e);
        }
    }

    private int column(String name) {
        for (int i = 0; i < header.size(); i++) {
            if (plain(header.get(i)).startsWith(plain(name))) {
                return i;
            }
        }
        throw new IllegalArgumentException(file.getFileName() + " has no column \"" + name + "\" but " + header);
    }

    private static String plain(String name) {
        return name.replace(" ", "").toLowerCase(Locale.ROOT);
    }

    /** Cells of one line, RFC 4180; names of kernels hold commas and quotes, never line breaks. */
    static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
