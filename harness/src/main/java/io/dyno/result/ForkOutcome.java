package io.dyno.result;

import io.dyno.metrics.Validity;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.JournalEvent.Profiled;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of a point in one fork.
 *
 * @param status how it ended there
 * @param failure why it failed, or null
 * @param reason in words why it is void or skipped, or null
 * @param windows the windows that were to score, whatever became of them
 * @param datasetHash hash of the prompts' source, or null
 * @param prompts what became of the prompts, or null
 */
record ForkOutcome(
        Status status,
        Failure failure,
        String reason,
        List<IterationEnded> windows,
        String datasetHash,
        JournalEvent.PromptUse prompts) {

    static ForkOutcome of(JournalIndex journal, PlannedPoint point, int fork) {
        PointClosed closing = journal.closing(point.id(), fork);
        if (closing == null) {
            Failure failure = journal.failure(point, fork);
            Status status = failure == null ? Status.INTERRUPTED : Status.FAILED;
            return new ForkOutcome(status, failure, null, List.of(), null, null);
        }
        List<IterationEnded> windows = journal.windows(closing);
        Status status = closing.status();
        String reason = status == Status.SKIPPED && closing.failure() != null
                ? closing.failure().message()
                : null;
        long valid = windows.stream().filter(w -> !w.validity().isVoid()).count();
        if (status == Status.VOID || (status == Status.OK && valid < point.measurements())) {
            status = Status.VOID;
            reason = "fork " + fork + " has " + valid + " of " + point.measurements() + " valid windows" + why(windows);
        }
        return new ForkOutcome(status, closing.failure(), reason, windows, closing.datasetHash(), closing.prompts());
    }

    /** What became of a point under a profiler. A void window makes no void profile: the profiler saw what it saw. */
    static ForkOutcome profiled(JournalIndex journal, Profiled profile) {
        List<IterationEnded> windows =
                journal.windows(profile).stream().map(ForkOutcome::notVoid).toList();
        return new ForkOutcome(profile.status(), profile.failure(), null, windows, null, null);
    }

    private static IterationEnded notVoid(IterationEnded window) {
        Validity validity = window.validity();
        return validity.isVoid() ? window.with(new Validity(Validity.Level.SUSPECT, validity.reasons())) : window;
    }

    private static String why(List<IterationEnded> windows) {
        String codes = windows.stream()
                .filter(w -> w.validity().isVoid())
                .flatMap(w -> w.validity().reasons().stream())
                .map(Validity::code)
                .distinct()
                .collect(Collectors.joining(", "));
        return codes.isEmpty() ? "" : " (" + codes + ")";
    }

    /** The windows whose numbers count; none of a fork that failed. */
    List<IterationEnded> scored() {
        return status == Status.OK || status == Status.VOID
                ? windows.stream().filter(w -> !w.validity().isVoid()).toList()
                : List.of();
    }
}
