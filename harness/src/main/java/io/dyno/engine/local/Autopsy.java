package io.dyno.engine.local;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.FailureClassifier;
import io.dyno.engine.Redaction;
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
    private static final System.Logger LOGGER = System.getLogger(Autopsy.class.getName());

    /** How many lines of the log a failure carries. */
    static final int LAST_LINES = 20;

    /** The code of most failures, which says nothing. */
    private static final ProcessExit UNKNOWN = new ProcessExit(1, null);

    private final Path log;
    private final long linesBefore;
    private final long oomKillsBefore = OomKiller.kills();
    private final List<String> secrets = Redaction.secrets(System.getenv());

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
        return ended(exit, "the engine ended with " + exit.text(), when);
    }

    /** The engine ended by itself below a program that goes on, which alone knows its exit code: the log decides. */
    EngineFailure deserted(String program, String when) {
        return ended(UNKNOWN, "the engine ended below " + program + ", which goes on,", when);
    }

    private EngineFailure ended(ProcessExit exit, String what, String when) {
        boolean oomKilled = OomKiller.kills() > oomKillsBefore;
        FailureClassifier.Verdict verdict;
        try (Stream<String> lines = LogLines.of(log)) {
            verdict = FailureClassifier.classify(exit, oomKilled, lines.skip(linesBefore));
        } catch (IOException | UncheckedIOException e) {
            verdict = new FailureClassifier.Verdict(FailureClass.SERVER_CRASH, null, 0);
        }
        String message = what + " " + when;
        if (Integer.valueOf(0).equals(exit.code())
                && verdict.line() == null
                && lastLines().isEmpty()) {
            return failure(
                    FailureClass.CONFIG_ERROR, message + " and wrote nothing, as no server does: is it vLLM?", null, 0);
        }
        if (verdict.type() == FailureClass.OOM_HOST && verdict.line() == null) {
            message += ": the kernel's out-of-memory killer was at work";
        }
        int number = verdict.line() == null ? 0 : Math.toIntExact(linesBefore + verdict.lineNumber());
        return failure(verdict.type(), message, verdict.line(), number);
    }

    /** Takes secrets out of the log, once nobody writes to it any more. */
    void cleanLog() {
        try {
            SecretsInLog.overwrite(log, secrets);
        } catch (IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "secrets that the engine may have printed could not be taken out of {0}: {1}",
                    log,
                    e.getMessage());
        }
    }

    /** Something that was seen from outside decided. */
    EngineFailure seen(FailureClass type, String message) {
        return failure(type, message, null, 0);
    }

    private EngineFailure failure(FailureClass type, String message, String line, int lineNumber) {
        String shown = line == null ? null : Redaction.text(line, secrets);
        return new EngineFailure(type, message, shown, lineNumber, log, lastLines());
    }

    private List<String> lastLines() {
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = LogLines.of(log)) {
            lines.skip(linesBefore).forEach(line -> {
                last.add(Redaction.text(line, secrets));
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
