package io.dyno.run;

import io.dyno.metrics.HealthBudget;
import io.dyno.plan.Defaults;
import io.dyno.result.Journal;
import io.dyno.result.Resume;
import io.dyno.result.RunDirectory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What all parts of a run share.
 *
 * @param options what was asked
 * @param preparation what was decided
 * @param further the file that -rf and -rff ask for
 * @param directory the run's folder
 * @param journal its journal
 * @param resume where the run stood when it was begun or continued
 * @param console lines for a human
 * @param progress lines that tell how it goes
 * @param profilerRecord what profilers add to engines
 * @param healthBudget when the client itself was too slow for a window to count
 * @param unwell ids of points that failed in some fork; they may do so again, and take an engine with them. It grows
 */
record RunContext(
        Options options,
        Preparation preparation,
        Optional<FurtherFile> further,
        RunDirectory directory,
        Journal journal,
        Resume resume,
        Console console,
        Progress progress,
        ProfilerRecord profilerRecord,
        HealthBudget healthBudget,
        Set<String> unwell) {
    Duration requestTimeout() {
        return options.timeout().orElse(Duration.ofNanos(Defaults.REQUEST_TIMEOUT_NANOS));
    }

    Duration readyTimeout() {
        return options.readyTimeout().orElse(Duration.ofNanos(Defaults.READY_TIMEOUT_NANOS));
    }

    double maxFailed() {
        return options.maxFailed().orElse(Defaults.MAX_FAILED);
    }
}
