package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.load.LoadListener;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.EngineConfiguration;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.Profilers;
import io.dyno.result.JournalEvent;
import io.dyno.result.RequestFiles;
import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.openjdk.jmh.annotations.Level;

/** Windows of a load under a profiler as they come: the profiler is told; what is profiled goes to disk, marked; the rest is let go. */
final class ProfiledWindows implements LoadListener {
    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineHandle engine;
    private final ProfilerSet profilers;
    private final Profilers.Named profiler;
    private final UserBenchmark benchmark;
    private final ProfiledPoints.Task task;
    private final PointContext context;
    private boolean anyFailed;

    ProfiledWindows(
            RunContext run,
            EngineConfiguration configuration,
            EngineHandle engine,
            ProfilerSet profilers,
            UserBenchmark benchmark,
            ProfiledPoints.Task task,
            PointContext context) {
        this.run = run;
        this.configuration = configuration;
        this.engine = engine;
        this.profilers = profilers;
        this.profiler = task.profiler();
        this.benchmark = benchmark;
        this.task = task;
        this.context = context;
    }

    @Override
    public void loadStarted(long origin) {
        profilers.tell(profiler, "at the start of a load", told -> told.loadStarted(origin));
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration, String slice, long start) {
        if (task.point().drained()) {
            WindowKeeper.hook(() -> benchmark.setup(Level.Iteration, engine.info()));
        }
        profilers.tell(profiler, "at the start of a window", told -> told.windowStarted(kind, iteration));
    }

    @Override
    public void windowEnded(Window window) {
        profilers.tell(profiler, "at the end of a window", told -> told.windowEnded(window));
    }

    @Override
    public boolean windowComplete(WindowRecords records) {
        if (task.point().drained()) {
            WindowKeeper.hook(() -> benchmark.tearDown(Level.Iteration, engine.info()));
        }
        WindowResult result = WindowMetrics.of(
                        records, task.point().slo(), run.preparation().gpus(configuration), run.healthBudget())
                .with(WindowKeeper.batchLatency(task.point(), records.window()), Validity.OK);
        double rateSeconds = WindowMetrics.rateSeconds(records);
        profilers.tell(profiler, "when a window was complete", told -> told.windowComplete(result, rateSeconds));
        if (records.window().kind() != Window.Kind.PROFILED) {
            return true;
        }
        anyFailed |= result.requests().failures() > 0;
        run.progress().profiled(result, profiler.iterations(), profiler.name());
        keep(records, result);
        return true; // what a profiler saw is not repeated
    }

    private void keep(WindowRecords records, WindowResult result) {
        String file = RunDirectory.profiledRequestFile(
                context.point(),
                context.fork(),
                profiler.name(),
                result.window().iteration(),
                context.attempt());
        try {
            RequestFiles.write(run.directory().resolve(file), records.due());
            run.journal()
                    .append(JournalEvent.IterationEnded.of(
                            context.point(), context.attempt(), context.fork(), result, file, profiler.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether requests of a profiled window failed: the engine may be dead. */
    boolean anyFailed() {
        return anyFailed;
    }
}
