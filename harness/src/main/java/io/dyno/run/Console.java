package io.dyno.run;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where lines for a human go: standard output and, with {@code -o}, a file too. Safe for use from several threads. */
final class Console implements AutoCloseable {
    private final PrintStream out;
    private final Writer copy;

    private Console(PrintStream out, Writer copy) {
        this.out = out;
        this.copy = copy;
    }

    static Console to(PrintStream out) {
        return new Console(out, null);
    }

    /**
     * To a stream and a file.
     *
     * @throws UsageException when the file cannot be written
     */
    static Console to(PrintStream out, Path file) throws UsageException {
        try {
            return new Console(out, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UsageException("-o " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Prints a line, or several. */
    synchronized void print(String text) {
        out.println(text);
        out.flush();
        if (copy != null) {
            try {
                copy.write(text);
                copy.write('\n');
                copy.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (copy != null) {
            try {
                copy.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
