package io.dyno.engine.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How often the kernel's out-of-memory killer has struck. */
final class OomKiller {
    private static final String COUNTER = "oom_kill ";

    private OomKiller() {}

    /** Processes killed since the machine started; 0 where the kernel does not count, so that a difference is never found there. */
    static long kills() {
        try {
            return Files.readAllLines(Path.of("/proc/vmstat"), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(COUNTER))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(COUNTER.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
