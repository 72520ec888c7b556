package io.dyno.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Of a process that writes what it holds only after it was asked to end, such as a profiler around the engine: killed, it would lose that. It
 * gets SIGINT, once, and never another signal; the engine that it runs is ended below it.
 *
 * @param most how long it is waited for after SIGINT; then it is left alone, and goes on
 * @param writes what it writes, for the user to find
 * @param kin beginnings of the file names of its own programs, in any case: its helpers. Whatever else runs below it is the engine
 */
public record Patience(Duration most, Path writes, List<String> kin) {
    public Patience {
        kin = List.copyOf(kin);
    }
}
