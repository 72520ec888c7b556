package io.dyno.engine.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
        try (SeekableByteChannel channel = Files.newByteChannel(log)) {
            channel.position(offset);
            ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
            while (channel.read(buffer) > 0) {
                buffer.flip();
                offset += buffer.remaining();
                while (buffer.hasRemaining()) {
                    accept(buffer.get(), lines);
                }
                buffer.clear();
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
