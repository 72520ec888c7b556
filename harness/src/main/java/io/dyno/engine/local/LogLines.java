package io.dyno.engine.local;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The lines of a log as an editor numbers them: only line feeds count. BufferedReader would count each step of a progress bar, which ends in
 * a carriage return; of such a line the last step is given. Bytes that are no UTF-8 are replaced. No channel of NIO: an interrupt would close
 * it, and an engine's stop is when interrupts come.
 */
final class LogLines implements Iterator<String> {
    private final InputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int next;

    private LogLines(InputStream in) {
        this.in = in;
        this.next = read();
    }

    /** The lines of a file; close the stream. Failures to read are UncheckedIOExceptions. */
    static Stream<String> of(Path log) throws IOException {
        InputStream in = new BufferedInputStream(new FileInputStream(log.toFile()));
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new LogLines(in), Spliterator.ORDERED), false)
                .onClose(() -> close(in));
    }

    @Override
    public boolean hasNext() {
        return next >= 0;
    }

    @Override
    public String next() {
        if (next < 0) {
            throw new NoSuchElementException();
        }
        bytes.reset();
        for (; next >= 0 && next != '\n'; next = read()) {
            bytes.write(next);
        }
        next = read();
        String line = bytes.toString(StandardCharsets.UTF_8).stripTrailing();
        return line.substring(line.lastIndexOf('\r') + 1);
    }

    private int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
