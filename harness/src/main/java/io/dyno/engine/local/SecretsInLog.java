package io.dyno.engine.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;

/**
 * Takes secrets out of an engine's log once nobody writes to it any more: an engine that prints its environment or a URL with its key writes
 * into a file of ours. Each is overwritten in place, so that line numbers told before stay right.
 */
final class SecretsInLog {
    private static final int READ_BYTES = 1 << 20;

    private SecretsInLog() {}

    /**
     * Overwrites every occurrence of each secret with asterisks.
     *
     * @throws IOException when the log cannot be read or written
     */
    static void overwrite(Path log, Collection<String> secrets) throws IOException {
        for (String secret : secrets) {
            overwrite(log, secret.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void overwrite(Path log, byte[] secret) throws IOException {
        byte[] stars = new byte[secret.length];
        Arrays.fill(stars, (byte) '*');
        // No channel of NIO: an interrupt would close it, and an engine's stop is when interrupts come.
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            byte[] buffer = new byte[READ_BYTES + secret.length - 1]; // what lies across two reads is in one of them
            for (long offset = 0; offset < file.length(); offset += READ_BYTES) {
                file.seek(offset);
                int length = fill(file, buffer);
                for (int at = find(buffer, length, secret, 0);
                        at >= 0;
                        at = find(buffer, length, secret, at + secret.length)) {
                    file.seek(offset + at);
                    file.write(stars);
                }
            }
        }
    }

    private static int fill(RandomAccessFile file, byte[] buffer) throws IOException {
        int length = 0;
        for (int n = file.read(buffer, 0, buffer.length);
                n > 0;
                n = file.read(buffer, length, buffer.length - length)) {
            length += n;
        }
        return length;
    }

    private static int find(byte[] buffer, int length, byte[] secret, int from) {
        for (int at = from; at <= length - secret.length; at++) {
            if (Arrays.equals(buffer, at, at + secret.length, secret, 0, secret.length)) {
                return at;
            }
        }
        return -1;
    }
}
