package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.load.DatasetException;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadSpec;
import io.dyno.load.PromptSource;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.profile.Profiler;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.Profiler.ProfiledIteration;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.result.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** One point under one profiler: its load started anew and warmed up, then its profiled iterations. */
final class ProfiledPoint {
    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineHandle engine;
    private final Loading loading;
    private final ProfilerSet profilers;
    private final ProfiledPoints.Task task;
    private final Point point;
    private final Profilers.Named profiler;
    private final PointContext context;
    private final List<ProfilerResult> results = new ArrayList<>();

    ProfiledPoint(
            RunContext run,
            EngineConfiguration configuration,
            EngineHandle engine,
            Loading loading,
            ProfilerSet profilers,
            ProfiledPoints.Task task,
            PointContext context) {
        this.run = run;
        this.configuration = configuration;
        this.engine = engine;
        this.loading = loading;
        this.profilers = profilers;
        this.task = task;
        this.point = task.point();
        this.profiler = task.profiler();
        this.context = context;
    }

    /** What the profiler found, as far as it told when the point ended. */
    List<ProfilerResult> results() {
        return results;
    }

    /**
     * Profiles the point.
     *
     * @return why that failed, or null. An engine that has ended is for the caller to tell
     * @throws InterruptedException when the run was interrupted
     */
    Failure profile() throws InterruptedException {
        try {
            Fit.check(point, engine);
            UserBenchmark benchmark = new UserBenchmark(run.preparation().definition(point.benchmark()), point);
            boolean resettable = engine.resetPrefixCache();
            return benchmark.trial(engine.info(), () -> profile(benchmark, resettable));
        } catch (UserBenchmark.Failed e) {
            return failed(FailureClass.CLIENT_ERROR, e.getMessage());
        } catch (DatasetException e) {
            return failed(FailureClass.CONFIG_ERROR, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Failure profile(UserBenchmark benchmark, boolean resettable) throws DatasetException, InterruptedException {
        int iterations = profiler.iterations();
        PromptSource prompts = PointPrompts.open(
                run,
                loading,
                point,
                benchmark,
                Math.max(iterations, point.measurement().count()),
                PointPrompts.salted(point, resettable),
                point.id() + "-" + context.fork() + "-" + context.attempt() + "-" + profiler.name());
        LoadSpec spec = LoadSpec.of(point, run.requestTimeout());
        ProfiledWindows windows = new ProfiledWindows(run, configuration, engine, profilers, benchmark, task, context);
        Failure failure;
        try {
            failure = load(spec, iterations, prompts, windows);
        } catch (DatasetException | RuntimeException e) {
            end(); // not after an interruption
            throw e;
        }
        end();
        return failure != null ? failure : failureOfProfiler();
    }

    private Failure load(LoadSpec spec, int iterations, PromptSource prompts, ProfiledWindows windows)
            throws DatasetException, InterruptedException {
        tell("at the start of a point", told -> told.pointStarted(context));
        Failure failure = failureOfProfiler();
        if (failure == null && point.warmup().count() > 0) {
            failure = why(loading.run(point, spec.warmupOnly(), prompts, windows), windows);
        }
        for (int i = 0; i < iterations && failure == null && !engine.died().isDone(); i++) {
            failure = iteration(spec, i, prompts, windows);
        }
        return failure;
    }

    private void end() throws InterruptedException {
        tell("at the end of a point", told -> results.addAll(profilers.end(profiler)));
    }

    private Failure iteration(LoadSpec spec, int number, PromptSource prompts, ProfiledWindows windows)
            throws DatasetException, InterruptedException {
        tell("when it was started", told -> told.start(new ProfiledIteration(context, engine, number)));
        Failure failure = failureOfProfiler();
        if (failure != null) {
            return failure;
        }
        try {
            failure = why(loading.run(point, spec.profiledAlone(number), prompts, windows), windows);
        } catch (DatasetException | RuntimeException e) {
            stop();
            throw e;
        }
        stop();
        return failure != null ? failure : failureOfProfiler();
    }

    /** An engine that has ended answers nobody. */
    private void stop() throws InterruptedException {
        if (!engine.died().isDone()) {
            profilers.tellTheEnd(profiler, "when it was stopped", Profiler::stop);
            throwIfInterrupted();
        }
    }

    private void tell(String when, WorkingProfilers.Step step) throws InterruptedException {
        profilers.tell(profiler, when, step);
        throwIfInterrupted();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Why a load ended before its time, or null when it did not. */
    private Failure why(LoadResult load, ProfiledWindows windows) throws InterruptedException {
        throwIfInterrupted();
        boolean dead = (windows.anyFailed() || !load.completed()) && PointRunner.diesNow(engine);
        return load.completed() || dead ? null : failed(load.failure(), load.message());
    }

    private Failure failureOfProfiler() {
        return profilers
                .whyNot(profiler)
                .map(why -> failed(FailureClass.CLIENT_ERROR, why))
                .orElse(null);
    }

    private Failure failed(FailureClass type, String message) {
        return new Failure(type, message, run.directory().relative(engine.log()));
    }
}
