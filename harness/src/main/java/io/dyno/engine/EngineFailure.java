package io.dyno.engine;

import io.dyno.metrics.FailureClass;
import java.nio.file.Path;
import java.util.List;

/**
 * Why an engine is not, or no longer, there.
 *
 * @param type the class
 * @param message one line: what happened, with exit code or signal
 * @param line the log line that decided it, or null
 * @param lineNumber its number in the log, from 1, or 0
 * @param log the engine's log, or null
 * @param lastLines the last lines of the log, oldest first
 */
public record EngineFailure(
        FailureClass type, String message, String line, int lineNumber, Path log, List<String> lastLines) {
    public EngineFailure {
        lastLines = List.copyOf(lastLines);
    }
}
