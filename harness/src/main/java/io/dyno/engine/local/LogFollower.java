package io.dyno.engine.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a growing log, each line once. A carriage return ends a line too: progress bars write nothing else. */
final class LogFollower {
    private static final int READ_BYTES = 64 * 1024;

    /** A line longer than this is cut into several: no pattern needs more. */
    private static final int LINE_BYTES = 64 * 1024;

    private final Path log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long offset;

    /** Follows a log from an offset in bytes. */
    LogFollower(Path log, long offset) {
        this.log = log;
        this.offset = offset;
    }

    /** The lines that were completed since the last call. */
    List<String> poll() throws IOException {
        List<String> lines = new ArrayList<>();
        // No channel of NIO: an interrupt would close it, and be taken for a log that cannot be read.
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(offset);
            byte[] buffer = new byte[READ_BYTES];
            for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
                offset += n;
                for (int i = 0; i < n; i++) {
                    accept(buffer[i], lines);
                }
            }
        }
        return lines;
    }

    private void accept(byte b, List<String> lines) {
        boolean end = b == '\n' || b == '\r';
        if (!end) {
            line.write(b);
        }
        if (line.size() > 0 && (end || line.size() == LINE_BYTES)) {
            lines.add(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }
}
