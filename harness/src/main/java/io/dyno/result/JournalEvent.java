package io.dyno.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.dyno.metrics.Health;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestCounts;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.InForce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What happened, one journal line each. Forks count from 0, attempts and engine starts from 1. A point of a fork is closed by its
 * {@link PointClosed}; until then all its lines may be those of an attempt that broke, and score nothing.
 */
public sealed interface JournalEvent {
    /**
     * The first line of a run, and of each time it is resumed. The last one counts.
     *
     * @param hash {@link Resume#configurationHash} of the points
     * @param resumed whether this continues what the lines before it began
     * @param maxFailed share of a point's scored requests that may fail, in [0, 1]
     * @param points all points, in the plan's order
     */
    record RunStarted(String hash, boolean resumed, double maxFailed, List<PlannedPoint> points)
            implements JournalEvent {
        public RunStarted {
            points = List.copyOf(points);
        }
    }

    /**
     * An engine is ready.
     *
     * @param configuration id of the engine configuration
     * @param fork which fork
     * @param start which start of an engine for this fork; above 1 what is left of a fork goes on with a new engine
     * @param engine {@code vllm}, {@code sim} or {@code remote}
     * @param version the engine's version, or null
     * @param simulated whether nothing is measured
     * @param gpus GPUs that it uses, or null when unknown
     * @param identity what must be the same for numbers to be compared
     * @param inForce what the engine really uses, as far as it tells
     * @param startup phases of the start, in order
     * @param log its log, relative to the run's folder, or null
     * @param urls where it answers, when somebody else started it; else empty
     * @param tokenSources how it tells how many tokens there are, by endpoint ({@code completions}, {@code chat}): ids of
     *     {@link io.dyno.metrics.TokenSource}. An endpoint that did not answer when it was asked is not in it
     * @param unknown what cannot be known of it: name to reason
     * @param profiler the profilers that alone had use for it, separated by commas: it is the engine of a profiler's own fork, or of what an
     *     interrupted run had left to profile. Null where something was to be scored
     */
    record EngineReady(
            String configuration,
            int fork,
            int start,
            String engine,
            String version,
            boolean simulated,
            Integer gpus,
            EngineIdentity identity,
            InForce inForce,
            List<StartupPhase> startup,
            String log,
            List<String> urls,
            Map<String, String> tokenSources,
            Map<String, String> unknown,
            String profiler)
            implements JournalEvent {
        public EngineReady {
            urls = urls == null ? List.of() : List.copyOf(urls);
            tokenSources =
                    tokenSources == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tokenSources));
            unknown = unknown == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
            inForce = inForce == null ? InForce.UNKNOWN : inForce;
            startup = startup == null ? List.of() : List.copyOf(startup);
        }
    }

    /**
     * What engine it was.
     *
     * @param model the model's name
     * @param revision the model's commit, or null
     * @param gpuNames names of its GPUs
     * @param engineBuild version and build of the engine, or null
     */
    record EngineIdentity(String model, String revision, List<String> gpuNames, String engineBuild) {
        public EngineIdentity {
            gpuNames = gpuNames == null ? List.of() : List.copyOf(gpuNames);
        }
    }

    /**
     * A phase of an engine's start.
     *
     * @param name {@code weights}, {@code compile}, …, {@code ready}
     * @param detail for a human, or null
     * @param seconds how long, or null
     */
    record StartupPhase(String name, String detail, Double seconds) {}

    /**
     * A window, or an isolated iteration, is complete.
     *
     * @param point the point's id
     * @param attempt which attempt at this point and fork
     * @param fork which fork
     * @param kind what the window was for
     * @param iteration its number within its kind, from 0
     * @param start its start, ns from the load's start
     * @param end its end, ns from the load's start
     * @param validity ok, suspect or void, with reasons
     * @param health the client's state, or null
     * @param requests how its requests ended
     * @param metrics by name
     * @param records its request file, relative to the run's folder, or null when there is none
     * @param profiler under which profiler it ran, whose attempt it then is; null where no profiler slowed the engine down
     */
    record IterationEnded(
            String point,
            int attempt,
            int fork,
            Window.Kind kind,
            int iteration,
            long start,
            long end,
            Validity validity,
            Health health,
            RequestCounts requests,

            @JsonSerialize(using = MetricsJson.Writer.class) @JsonDeserialize(using = MetricsJson.Reader.class)
            Map<String, MetricValue> metrics,

            String records,
            String profiler)
            implements JournalEvent {

        /** The same window judged otherwise. */
        IterationEnded with(Validity other) {
            return new IterationEnded(
                    point, attempt, fork, kind, iteration, start, end, other, health, requests, metrics, records,
                    profiler);
        }

        /** The same window with metrics that came later. */
        IterationEnded with(Map<String, MetricValue> all) {
            return new IterationEnded(
                    point, attempt, fork, kind, iteration, start, end, validity, health, requests, all, records,
                    profiler);
        }

        /** The line for a window's result. */
        public static IterationEnded of(String point, int attempt, int fork, WindowResult result, String records) {
            return of(point, attempt, fork, result, records, null);
        }

        /** The line for the result of a window under a profiler. */
        public static IterationEnded of(
                String point, int attempt, int fork, WindowResult result, String records, String profiler) {
            Window w = result.window();
            return new IterationEnded(
                    point,
                    attempt,
                    fork,
                    w.kind(),
                    w.iteration(),
                    w.start(),
                    w.end(),
                    result.validity(),
                    result.health(),
                    result.requests(),
                    result.metrics(),
                    records,
                    profiler);
        }
    }

    /**
     * Closes a point of a fork: it will not be run again.
     *
     * @param point the point's id
     * @param attempt the attempt that closes it, whose windows score
     * @param fork which fork
     * @param status how it ended; {@link Status#INTERRUPTED} never, as that leaves it open
     * @param failure why it failed, or null
     * @param datasetHash hash of the prompts' source, or null
     * @param prompts what became of the prompts, or null when none was made
     * @param more what profilers found for windows that were already written
     */
    record PointClosed(
            String point,
            int attempt,
            int fork,
            Status status,
            Failure failure,
            String datasetHash,
            PromptUse prompts,
            List<MoreMetrics> more)
            implements JournalEvent {
        public PointClosed {
            more = more == null ? List.of() : List.copyOf(more);
        }

        /** A point that was measured. */
        public static PointClosed ok(
                String point, int attempt, int fork, String datasetHash, PromptUse prompts, List<MoreMetrics> more) {
            return new PointClosed(point, attempt, fork, Status.OK, null, datasetHash, prompts, more);
        }
    }

    /**
     * What became of the prompts of a point in a fork.
     *
     * @param salted whether each was made unlike any before, because it was asked or because caches could not be emptied
     * @param repeated how many were rows given out before, salted
     * @param fitted how many were fitted to a length in tokens and then counted by the server
     * @param worstMisfitTokens largest |length − length asked for| among them, tokens
     * @param dropped rows of the dataset that were left out, by reason
     * @param notes what else must be said of them, one sentence each
     */
    record PromptUse(
            boolean salted,
            long repeated,
            long fitted,
            int worstMisfitTokens,
            Map<String, Long> dropped,
            List<String> notes) {
        public PromptUse {
            dropped = dropped == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(dropped));
            notes = notes == null ? List.of() : List.copyOf(notes);
        }

        /** Both together. */
        public PromptUse plus(PromptUse other) {
            return new PromptUse(
                    salted || other.salted,
                    repeated + other.repeated,
                    fitted + other.fitted,
                    Math.max(worstMisfitTokens, other.worstMisfitTokens),
                    most(other),
                    Stream.concat(notes.stream(), other.notes.stream())
                            .distinct()
                            .toList());
        }

        /** Forks read the same file: what both left out is the same rows. */
        private Map<String, Long> most(PromptUse other) {
            Map<String, Long> most = new TreeMap<>(dropped);
            other.dropped.forEach((reason, rows) -> most.merge(reason, rows, Math::max));
            return most;
        }
    }

    /**
     * Metrics of a window that came after its line.
     *
     * @param kind the window's kind
     * @param iteration its number
     * @param metrics by name
     */
    record MoreMetrics(
            Window.Kind kind,
            int iteration,

            @JsonSerialize(using = MetricsJson.Writer.class) @JsonDeserialize(using = MetricsJson.Reader.class)
            Map<String, MetricValue> metrics) {}

    /**
     * Closes the profiled iterations of a point under one profiler: they will not be run again. Nothing of it scores, whatever its status.
     *
     * @param point the point's id
     * @param profiler the profiler's short name
     * @param fork which fork: the last one that is scored, or one of the profiler's own behind all others
     * @param attempt the attempt that closes it, among those of this profiler
     * @param status how it ended
     * @param failure why it failed, or null
     * @param files what the profiler wrote, relative to the run's folder
     * @param more what the profiler found, by iteration
     */
    record Profiled(
            String point,
            String profiler,
            int fork,
            int attempt,
            Status status,
            Failure failure,
            List<String> files,
            List<MoreMetrics> more)
            implements JournalEvent {
        public Profiled {
            files = files == null ? List.of() : List.copyOf(files);
            more = more == null ? List.of() : List.copyOf(more);
        }
    }

    /**
     * All points of a fork are closed and its engine has stopped.
     *
     * @param configuration id of the engine configuration
     * @param fork which fork
     * @param doubts what only the engine's end showed against all that the fork measured, each {@code code: text}
     */
    record ForkEnded(
            String configuration,
            int fork,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> doubts) implements JournalEvent {
        public ForkEnded {
            doubts = doubts == null ? List.of() : List.copyOf(doubts);
        }
    }

    /**
     * Something broke. Points of the fork that are not closed when the run ends have failed with it; a resumed run tries them again.
     *
     * @param configuration id of the engine configuration
     * @param fork which fork
     * @param point the point that was being measured, or null when the fork itself failed
     * @param attempt its attempt, or null
     * @param failure why
     */
    record Failed(String configuration, int fork, String point, Integer attempt, Failure failure)
            implements JournalEvent {}

    /**
     * The run is over.
     *
     * @param exit the exit code
     * @param reason what it stands for: {@code ok}, {@code a point failed}, {@code interrupted}, …
     */
    record RunEnded(int exit, String reason) implements JournalEvent {}
}
