package io.dyno.run;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import io.dyno.result.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * The profiled iterations that one engine is to run, for each intrusive profiler every point: after all that is scored, and never at its cost.
 * What became of each goes into the journal when the profilers' files are there.
 */
final class ProfiledPoints {
    private final RunContext run;
    private final EngineConfiguration configuration;
    private final int fork;
    private final List<Task> left;
    private final List<Done> done = new ArrayList<>();

    private ProfiledPoints(
            RunContext run, EngineConfiguration configuration, int fork, List<Profilers.Named> profilers) {
        this.run = run;
        this.configuration = configuration;
        this.fork = fork;
        this.left = new ArrayList<>();
        for (Profilers.Named profiler : profilers) {
            for (Point point : run.preparation().plan().order(configuration, fork)) {
                if (!run.resume().isProfiled(point.id(), profiler.name())) {
                    left.add(new Task(profiler, point));
                }
            }
        }
    }

    /** A point under a profiler. */
    record Task(Profilers.Named profiler, Point point) {}

    /** What became of it, until its profiler's files are there; {@code failure} is null when nothing failed. */
    private record Done(Task task, PointContext context, List<ProfilerResult> results, Failure failure) {}

    /** Those of a fork that is scored: in the last one, under each profiler that is idle until it is started; none in others. */
    static ProfiledPoints ofScoredFork(RunContext run, EngineConfiguration configuration, int fork) {
        boolean last = fork == configuration.forks() - 1;
        return new ProfiledPoints(run, configuration, fork, last ? intrusive(run, Intrusion.WHEN_STARTED) : List.of());
    }

    /** Those of a profiler's own fork. */
    static ProfiledPoints ofOwnFork(
            RunContext run, EngineConfiguration configuration, int fork, Profilers.Named profiler) {
        return new ProfiledPoints(run, configuration, fork, List.of(profiler));
    }

    /** The profilers of this run that intrude so. */
    static List<Profilers.Named> intrusive(RunContext run, Intrusion intrusion) {
        return run.preparation().profilers().stream()
                .filter(named -> named.intrusion() == intrusion)
                .toList();
    }

    /** Whether any is left to be tried. Each is tried once. */
    boolean isLeft() {
        return !left.isEmpty();
    }

    /** Short names of the profilers of those that are left. */
    List<String> profilers() {
        return left.stream().map(task -> task.profiler().name()).distinct().toList();
    }

    /** Whether an earlier part of the run left nothing of a configuration to profile. */
    static boolean noneLeft(RunContext run, EngineConfiguration configuration) {
        return configuration.kind() == EngineConfiguration.Kind.STARTUP
                || run.preparation().profilers().stream()
                        .filter(named -> !named.standsBeside())
                        .allMatch(named -> configuration.points().stream()
                                .allMatch(point -> run.resume().isProfiled(point.id(), named.name())));
    }

    /**
     * Runs those that are left while the engine lives. Points that have failed before come last: what they do to an engine shall cost no other
     * point.
     */
    void run(EngineHandle engine, TokenCounts tokens, ProfilerSet profilers) throws InterruptedException {
        Loading loading = Loading.of(run, engine, tokens);
        CompletableFuture<Void> unused = engine.died().thenAccept(loading::engineEnded);
        left.sort(
                Comparator.comparing(task -> run.unwell().contains(task.point().id())));
        while (!left.isEmpty() && !engine.died().isDone()) {
            Task task = left.remove(0);
            run.progress().profiling(task.point(), configuration, task.profiler());
            profile(engine, loading, profilers, task);
        }
    }

    private void profile(EngineHandle engine, Loading loading, ProfilerSet profilers, Task task)
            throws InterruptedException {
        PointContext context = context(task);
        ProfiledPoint point = new ProfiledPoint(run, configuration, engine, loading, profilers, task, context);
        Optional<String> useless = profilers.whyNot(task.profiler());
        Failure failure = useless.isPresent() ? failure(useless.get()) : point.profile();
        if (engine.died().isDone()) {
            run.progress().failure(engine.died().join());
            failure = failure(engine.died().join());
        }
        if (failure != null) {
            run.progress().profileFailed(failure.message());
        }
        done.add(new Done(task, context, point.results(), failure));
    }

    private PointContext context(Task task) {
        int attempt = run.resume()
                .nextProfileAttempt(task.point().id(), task.profiler().name());
        return new PointContext(
                task.point().benchmark(),
                task.point().id(),
                fork,
                attempt,
                run.directory().profiles());
    }

    private Failure failure(EngineFailure failure) {
        return EngineStarts.failure(run, failure);
    }

    private static Failure failure(String why) {
        return new Failure(FailureClass.CLIENT_ERROR, why, null);
    }

    /** There is no engine for those that are left. */
    void lost(EngineFailure why) throws IOException {
        lost(failure(why));
    }

    /** Those that are left cannot be profiled. */
    void lost(String why) throws IOException {
        lost(failure(why));
    }

    private void lost(Failure failure) throws IOException {
        for (Task task : left) {
            append(new Done(task, context(task), List.of(), failure), ProfilerSet.Collected.NOTHING);
        }
        left.clear();
    }

    /**
     * Closes in the journal what was tried, when the engine is gone.
     *
     * @param collected what the profilers have left, by name; what one that is not in it has profiled stays open
     */
    void close(Map<String, ProfilerSet.Collected> collected) throws IOException {
        for (Done point : done) {
            ProfilerSet.Collected found = collected.get(point.task.profiler().name());
            if (found != null) {
                append(point, found);
            }
        }
        done.clear();
    }

    private void append(Done point, ProfilerSet.Collected found) throws IOException {
        Failure failure = point.failure != null || found.lost() == null ? point.failure : failure(found.lost());
        List<ProfilerResult> results = new ArrayList<>(point.results);
        results.addAll(found.results().getOrDefault(point.context, List.of()));
        run.journal()
                .append(new JournalEvent.Profiled(
                        point.context.point(),
                        point.task.profiler().name(),
                        fork,
                        point.context.attempt(),
                        failure == null ? Status.OK : Status.FAILED,
                        failure,
                        files(point, found.files()),
                        ProfilerSet.byWindow(results)));
    }

    /** The files of a point: those that carry its name, and those that carry no point's, which tell of all. */
    private List<String> files(Done point, List<Path> files) {
        return files.stream()
                .filter(file -> names(point, file) || done.stream().noneMatch(any -> names(any, file)))
                .map(run.directory()::relative)
                .toList();
    }

    private static boolean names(Done point, Path file) {
        String name = point.context
                .file(point.task.profiler().name(), "")
                .getFileName()
                .toString();
        return file.getFileName().toString().matches(Pattern.quote(name) + "(\\D.*)?");
    }
}
