package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuGuard;
import io.dyno.load.DatasetException;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadSpec;
import io.dyno.load.PromptSource;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.profile.Profiler;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import io.dyno.result.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One point in one fork: its prompts, its load, its windows into the journal. */
final class PointRunner {
    /** How long the news of an engine's end may take to arrive. */
    private static final Duration NEWS_OF_DEATH = Duration.ofSeconds(2);

    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineHandle engine;
    private final Loading loading;
    private final ProfilerSet profilers;
    private final GpuGuard guard;
    private final int fork;
    private final boolean scored;

    /**
     * For one engine of a fork.
     *
     * @param tokens how it counts tokens
     * @param guard watches its GPUs
     * @param scored false for a warm-up fork, which leaves nothing in the journal
     */
    PointRunner(
            RunContext run,
            EngineConfiguration configuration,
            EngineHandle engine,
            TokenCounts tokens,
            ProfilerSet profilers,
            GpuGuard guard,
            int fork,
            boolean scored) {
        this.run = run;
        this.configuration = configuration;
        this.engine = engine;
        this.loading = Loading.of(run, engine, tokens);
        this.profilers = profilers;
        this.guard = guard;
        this.fork = fork;
        this.scored = scored;
        CompletableFuture<Void> unused = engine.died().thenAccept(loading::engineEnded);
    }

    /**
     * Measures a point and closes it in the journal, unless the engine died or the run was interrupted: then it stays open.
     *
     * @return OK, FAILED, or VOID when too many of its windows were
     * @throws IOException when a file of the run cannot be written
     * @throws InterruptedException when the run was interrupted
     */
    Status run(Point point, int attempt) throws IOException, InterruptedException {
        run.progress().point(point, configuration);
        try {
            Measured measured = measureBetweenHooks(point, attempt);
            if (engine.died().isDone() && measured.status == Status.FAILED) {
                return Status.FAILED; // told and journaled by the fork, with the engine's own words
            }
            close(measured.closing);
            return measured.status;
        } catch (UserBenchmark.Failed e) {
            return fail(point, attempt, FailureClass.CLIENT_ERROR, e.getMessage());
        } catch (DatasetException e) {
            return fail(point, attempt, FailureClass.CONFIG_ERROR, e.getMessage());
        }
    }

    /**
     * How a point went and the line that will close it, once the user's methods have been called.
     *
     * @param status for the caller
     * @param closing the line; results judge the windows by themselves
     */
    private record Measured(Status status, JournalEvent.PointClosed closing) {}

    private Measured measureBetweenHooks(Point point, int attempt)
            throws IOException, InterruptedException, DatasetException {
        Fit.check(point, engine);
        UserBenchmark benchmark = new UserBenchmark(run.preparation().definition(point.benchmark()), point);
        boolean resettable = engine.resetPrefixCache();
        return benchmark.trial(engine.info(), () -> measure(point, attempt, benchmark, resettable));
    }

    private Measured measure(Point point, int attempt, UserBenchmark benchmark, boolean resettable)
            throws IOException, InterruptedException, DatasetException {
        LoadSpec spec = LoadSpec.of(point, run.requestTimeout());
        profilers.pointStarted(new Profiler.PointContext(
                point.benchmark(), point.id(), fork, attempt, run.directory().profiles()));
        boolean salted = PointPrompts.salted(point, resettable);
        WindowKeeper windows =
                new WindowKeeper(run, configuration, engine, profilers, guard, benchmark, point, fork, attempt, scored);
        PromptSource source;
        LoadResult result;
        List<JournalEvent.MoreMetrics> more;
        try {
            source = PointPrompts.open(
                    run,
                    loading,
                    point,
                    benchmark,
                    point.measurement().count(),
                    salted,
                    point.id() + "-" + fork + "-" + attempt);
            result = loading.run(point, spec, source, windows);
        } finally {
            more = profilers.pointEnded();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        boolean lost = !result.completed() && result.failure() != FailureClass.CONFIG_ERROR;
        boolean dead =
                (windows.anyFailed() || lost) ? diesNow(engine) : engine.died().isDone();
        if (dead) {
            return new Measured(Status.FAILED, null);
        }
        if (!result.completed()) {
            run.progress().pointFailed(result.failure().id(), result.message());
            return new Measured(Status.FAILED, failed(point, attempt, result.failure(), result.message()));
        }
        return new Measured(
                windows.status(),
                JournalEvent.PointClosed.ok(
                        point.id(), attempt, fork, source.datasetHash(), use(salted, source.report()), more));
    }

    /** A refused connection comes sooner than the news that the engine has ended; a point must not be told as the client's failure for that. */
    static boolean diesNow(EngineHandle engine) throws InterruptedException {
        try {
            engine.died().get(NEWS_OF_DEATH.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Status fail(Point point, int attempt, FailureClass type, String message) throws IOException {
        run.progress().pointFailed(type.id(), message);
        if (!engine.died().isDone()) {
            close(failed(point, attempt, type, message));
        }
        return Status.FAILED;
    }

    private JournalEvent.PointClosed failed(Point point, int attempt, FailureClass type, String message) {
        Failure failure = new Failure(type, message, run.directory().relative(engine.log()));
        return new JournalEvent.PointClosed(point.id(), attempt, fork, Status.FAILED, failure, null, null, List.of());
    }

    private void close(JournalEvent.PointClosed closing) throws IOException {
        if (scored) {
            run.journal().append(closing);
        }
    }

    private static JournalEvent.PromptUse use(boolean salted, PromptSource.Report report) {
        return new JournalEvent.PromptUse(
                salted,
                report.repeated(),
                report.fitted(),
                report.worstMisfitTokens(),
                report.dropped(),
                report.notes());
    }
}
