package io.dyno.run;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.FailureClassifier;
import io.dyno.engine.Launcher;
import io.dyno.load.http.ClientWarmup;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.FlagCatalogue;
import io.dyno.plan.InForce;
import io.dyno.plan.Point;
import io.dyno.plan.Windows;
import io.dyno.profile.Profilers;
import io.dyno.report.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lines that tell how a run goes while it goes: a line each engine start, point and window. Plain lines; there may be no terminal. */
final class Progress {
    private static final double LONG_START_SECONDS = 5;

    /** Lines of an engine's log that are shown where no single one says what happened, so that a failure fits on a screen. */
    private static final int LAST_LINES = 8;

    private static final int LONGEST_LOG_LINE = 300;

    private final Console console;
    private final Figures figures;
    private final int forks;
    private int started;
    private long begun;
    private final Map<String, InForce> lastInForce = new HashMap<>();
    private final Set<String> otherVersions = new HashSet<>();

    /**
     * For one run.
     *
     * @param simulated whether numbers are modelled: they are then printed as such
     * @param forks forks in all
     */
    Progress(Console console, boolean simulated, int forks) {
        this.console = console;
        this.figures = simulated ? Figures.simulated() : Figures.measured();
        this.forks = forks;
    }

    /** The client's own code has been warmed. */
    void clientWarm(ClientWarmup.Report report) {
        console.print(String.format(
                Locale.ROOT,
                "  client   warm after %.1f s: %.1f us of processor time a token, cold %.1f%s",
                report.seconds(),
                report.warmMicrosPerToken(),
                report.coldMicrosPerToken(),
                report.flat() ? "" : "; still falling when the time was up"));
    }

    /**
     * An engine is about to be started.
     *
     * @param again whether the fork's engine died and this one is for what is left
     */
    void fork(EngineConfiguration configuration, boolean warmup, boolean again) {
        begun = System.nanoTime();
        started += again ? 0 : 1;
        String params = text(configuration.params());
        console.print("\nfork " + started + "/" + forks + "  " + simpleName(configuration.benchmark())
                + (params.isEmpty() ? "" : "  " + params) + (warmup ? "  (warm-up fork: not scored)" : "")
                + (again ? "  (a new engine for the rest of it)" : ""));
    }

    /** Nothing is left to do of a fork: an earlier part of the run did it. */
    void forkDone() {
        started++;
    }

    /** One of the starts of STARTUP begins. */
    void start(String kind) {
        begun = System.nanoTime();
        console.print("  " + kind);
    }

    /** A start-up phase was seen. Told at once only where the start takes long; {@link #ready} tells them all. */
    void phase(Launcher.StartupPhase phase) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (seconds > LONG_START_SECONDS && !phase.name().equals("ready")) {
            console.print(String.format(
                    Locale.ROOT,
                    "  starting  %.0f s: %s%s",
                    seconds,
                    phase.name(),
                    phase.detail() == null ? "" : " " + phase.detail()));
        }
    }

    /** The engine is ready. */
    void ready(List<Launcher.StartupPhase> phases) {
        List<String> parts = new ArrayList<>();
        for (Launcher.StartupPhase phase : phases) {
            String seconds = phase.seconds() == null
                    ? ""
                    : String.format(Locale.ROOT, phase.seconds() < 10 ? " %.1f s" : " %.0f s", phase.seconds());
            parts.add(phase.name() + (phase.detail() == null ? "" : " " + phase.detail()) + seconds);
        }
        console.print("  engine  " + String.join(" · ", parts));
    }

    /** The engine's version, once the engine has told it: one that Dyno's flag names were not checked against is told, once. */
    void version(String version) {
        FlagCatalogue.vllm()
                .otherVersion(version)
                .filter(otherVersions::add)
                .ifPresent(warning -> console.print("  WARNING " + warning));
    }

    /**
     * What the engine really uses: told in full for the first engine of a configuration and for one that differs from the one before.
     *
     * @param configuration what was asked of it
     */
    void inForce(EngineConfiguration configuration, InForce inForce) {
        if (inForce.equals(lastInForce.put(configuration.id(), inForce))) {
            return;
        }
        String line = InForceLine.of(inForce);
        if (!line.isEmpty()) {
            console.print("  in force  " + line);
        }
        if (inForce.missing() != null) {
            console.print("            " + inForce.missing());
        }
        String differs = InForceLine.differs(inForce, configuration.settings().asMap());
        if (!differs.isEmpty()) {
            console.print("  differs   " + differs);
        }
    }

    /** How the engine tells how many tokens there are. */
    void tokens(TokenCounts tokens) {
        if (!tokens.text().isEmpty()) {
            console.print("  tokens  " + tokens.text());
        }
    }

    /** An engine could not be started, or ended: what happened, the words that decided its class, where they stand, what to do now. */
    void failure(EngineFailure failure) {
        console.print("  FAILED  " + failure.type().id() + ": " + failure.message());
        if (failure.line() != null) {
            console.print("          " + failure.line());
        } else {
            failure.lastLines().stream()
                    .skip(Math.max(0, failure.lastLines().size() - LAST_LINES))
                    .map(Progress::shortened)
                    .forEach(line -> console.print("          | " + line));
        }
        if (failure.log() != null) {
            console.print(
                    "          log    " + failure.log() + (failure.lineNumber() > 0 ? ":" + failure.lineNumber() : ""));
        }
        console.print("          to do  " + FailureClassifier.remedy(failure.type()));
    }

    /** What else is to be known of an engine that has ended, a line each. */
    void notes(List<String> notes) {
        notes.forEach(note -> console.print("          note   " + note));
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST_LOG_LINE ? line : line.substring(0, LONGEST_LOG_LINE) + "…";
    }

    /** A point begins: told by what it does not share with the other points of its engine. */
    void point(Point point, EngineConfiguration configuration) {
        console.print("  " + own(point, configuration) + "  " + windows("warm-up", point.warmup()) + ", "
                + windows("measuring", point.measurement()));
    }

    /** A point by what it does not share with the other points of its engine; by its bench where there is nothing. */
    private static String own(Point point, EngineConfiguration configuration) {
        Map<String, String> own = new LinkedHashMap<>(point.params());
        own.entrySet().removeIf(param -> configuration.points().stream()
                .allMatch(other -> param.getValue().equals(other.params().get(param.getKey()))));
        return own.isEmpty() ? point.bench().name().toLowerCase(Locale.ROOT) : text(own);
    }

    private static String windows(String what, Windows windows) {
        String each = windows.requests() != null
                ? windows.requests() + " requests"
                : Durations.format(Duration.ofNanos(windows.timeNanos()));
        return windows.count() == 0 ? "no " + what : what + " " + windows.count() + " x " + each;
    }

    /** A window is complete. */
    void window(WindowResult result, int of) {
        Window window = result.window();
        if (window.kind() != Window.Kind.MEASUREMENT) {
            return;
        }
        String lag = result.health() == null || result.health().sendLagP99Millis() == null
                ? ""
                : String.format(
                        Locale.ROOT, "   lag p99 %.2f ms", result.health().sendLagP99Millis());
        console.print(String.format(
                Locale.ROOT,
                "    %2d/%d   %s out tok/s   TTFT p50 %s p99 %s ms   TPOT p50 %s ms%s%s",
                window.iteration() + 1,
                of,
                figures.of(result.score(MetricNames.OUTPUT_THROUGHPUT)),
                percentile(result, MetricNames.TTFT, 50),
                percentile(result, MetricNames.TTFT, 99),
                percentile(result, MetricNames.TPOT, 50),
                lag,
                result.validity().reasons().isEmpty()
                        ? ""
                        : "   " + result.validity().level().id() + ": "
                                + String.join("; ", result.validity().reasons())));
    }

    /** An engine is about to be started for profiled iterations alone: a profiler's own, or what an interrupted run has left of them. */
    void profileFork(EngineConfiguration configuration, List<String> profilers) {
        begun = System.nanoTime();
        String params = text(configuration.params());
        console.print("\nprofile " + String.join(", ", profilers) + "  " + simpleName(configuration.benchmark())
                + (params.isEmpty() ? "" : "  " + params) + "  (an engine for it alone: nothing of it is scored)");
    }

    /** A point is about to be profiled. */
    void profiling(Point point, EngineConfiguration configuration, Profilers.Named profiler) {
        int iterations = profiler.iterations();
        console.print("  profile " + profiler.name() + "  " + own(point, configuration) + "  "
                + windows("warm-up", point.warmup()) + ", "
                + windows(
                        "profiling",
                        new Windows(
                                iterations,
                                point.measurement().timeNanos(),
                                point.measurement().requests())));
    }

    /** A profiled window is complete. */
    void profiled(WindowResult result, int of, String profiler) {
        console.print(String.format(
                Locale.ROOT,
                "    %2d/%d   %s out tok/s   PROFILED by %s: no score",
                result.window().iteration() + 1,
                of,
                figures.of(result.score(MetricNames.OUTPUT_THROUGHPUT)),
                profiler));
    }

    /** A point could not be profiled. */
    void profileFailed(String message) {
        console.print("      no profile: " + message + "  (the benchmark is not affected)");
    }

    /** Two starts of STARTUP are over. */
    void startup(WindowResult result, int of) {
        console.print(String.format(
                Locale.ROOT,
                "    %2d/%d   cold %s s   warm %s s",
                result.window().iteration() + 1,
                of,
                figures.of(result.score(MetricNames.STARTUP_COLD)),
                figures.of(result.score(MetricNames.STARTUP_WARM))));
    }

    private String percentile(WindowResult result, Metric metric, double percent) {
        return figures.of(result.percentile(metric, percent));
    }

    /** A point of a fork failed. */
    void pointFailed(String failureClass, String message) {
        console.print("    FAILED  " + failureClass + ": " + message);
    }

    private static String text(Map<String, String> params) {
        List<String> parts = new ArrayList<>();
        params.forEach((name, value) -> parts.add(name + "=" + value));
        return String.join("  ", parts);
    }

    private static String simpleName(String benchmark) {
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }
}
