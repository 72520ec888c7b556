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

        /** The cell of a column, by its name without the unit; blanks and case are of no meaning. */
        String text(String column) {
            int index = column(column);
            return index < cells.size() ? cells.get(index) : "";
        }

        /** The first of these columns that there is: versions differ in names. */
        String either(String column, String otherwise) {
            return find(column) >= 0 ? column : otherwise;
        }

        /** The unit of a column, as {@code MB} of {@code Total (MB)}; empty where the header has none. */
        String unit(String column) {
            String name = header.get(column(column));
            return name.contains("(") ? name.substring(name.indexOf('(') + 1).replace(")", "") : "";
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
        int column = find(name);
        if (column < 0) {
            throw new IllegalArgumentException(file.getFileName() + " has no column \"" + name + "\" but " + header);
        }
        return column;
    }

    private int find(String name) {
        for (int i = 0; i < header.size(); i++) {
            if (plain(header.get(i)).equals(plain(name))) {
                return i;
            }
        }
        return -1;
    }

    /** Versions write {@code Time (%)} and {@code Time(%)}. */
    private static String plain(String name) {
        return name.replaceFirst("\\(.*", "").replace(" ", "").toLowerCase(Locale.ROOT);
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
