package io.dyno.engine.local;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.FailureClassifier;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** Tells why one start of an engine failed or a running one ended: from how it ended and from what that start wrote into the log. */
final class Autopsy {
    /** How many lines of the log a failure carries. */
    static final int LAST_LINES = 20;

    private final Path log;
    private final long linesBefore;
    private final long oomKillsBefore = OomKiller.kills();

    /**
     * Begins before the start.
     *
     * @param log the log, which earlier starts may have written to
     */
    Autopsy(Path log) throws IOException {
        this.log = log;
        try (Stream<String> lines = LogLines.of(log)) {
            this.linesBefore = lines.count();
        }
    }

    /** The engine ended by itself. {@code when} says at which point of its life: {@code before it was ready}. */
    EngineFailure ended(ProcessExit exit, String when) {
        boolean oomKilled = OomKiller.kills() > oomKillsBefore;
        FailureClassifier.Verdict verdict;
        try (Stream<String> lines = LogLines.of(log)) {
            verdict = FailureClassifier.classify(exit, oomKilled, lines.skip(linesBefore));
        } catch (IOException | UncheckedIOException e) {
            verdict = new FailureClassifier.Verdict(FailureClass.SERVER_CRASH, null, 0);
        }
        String message = "the engine ended with " + exit.text() + " " + when;
        if (verdict.type() == FailureClass.OOM_HOST && verdict.line() == null) {
            message += ": the kernel's out-of-memory killer was at work";
        }
        int number = verdict.line() == null ? 0 : Math.toIntExact(linesBefore + verdict.lineNumber());
        return failure(verdict.type(), message, verdict.line(), number);
    }

    /** Something that was seen from outside decided. */
    EngineFailure seen(FailureClass type, String message) {
        return failure(type, message, null, 0);
    }

    private EngineFailure failure(FailureClass type, String message, String line, int lineNumber) {
        String remedy = FailureClassifier.remedy(type);
        String told = remedy.isEmpty() ? message : message + "; " + remedy;
        return new EngineFailure(type, told, line, lineNumber, log, lastLines());
    }

    private List<String> lastLines() {
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = LogLines.of(log)) {
            lines.skip(linesBefore).forEach(line -> {
                last.add(line);
                if (last.size() > LAST_LINES) {
                    last.remove();
                }
            });
        } catch (IOException | UncheckedIOException e) {
            last.add("(the log cannot be read: " + e.getMessage() + ")");
        }
        return List.copyOf(last);
    }
}
