package io.dyno.run;

import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuGuard;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Launcher;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.WorkerHandle;
import io.dyno.load.DatasetException;
import io.dyno.load.Datasets;
import io.dyno.load.DrawnPrompt;
import io.dyno.load.PromptSource;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.Defaults;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.plan.Workload;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import io.dyno.result.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One fork of STARTUP: no engine is kept. Each iteration starts two, the first with an empty folder of compile caches, the second with what the
 * first left there.
 */
final class StartupForkRunner {
    private static final int PROMPT_TOKENS = 32;

    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineStarts starts;
    private final int fork;
    private int start;
    private boolean everReady;

    StartupForkRunner(RunContext run, Launcher launcher, EngineConfiguration configuration, int fork) {
        this.run = run;
        this.configuration = configuration;
        this.starts = new EngineStarts(run, launcher, configuration, fork);
        this.fork = fork;
    }

    /**
     * Runs what is left of the fork.
     *
     * @throws IOException when a file of the run cannot be written
     * @throws InterruptedException when the run was interrupted; no engine is left
     */
    ForkRunner.Outcome run() throws IOException, InterruptedException {
        List<Point> left = new ArrayList<>(run.preparation().plan().order(configuration, fork));
        if (starts.scored()) {
            left.removeIf(point -> run.resume().isClosed(point.id(), fork));
        }
        if (left.isEmpty()) {
            run.progress().forkDone();
            return ForkRunner.Outcome.OK;
        }
        start = run.resume().nextStart(configuration.id(), fork);
        run.progress().fork(configuration, !starts.scored(), false);
        ForkRunner.Outcome outcome = ForkRunner.Outcome.OK;
        for (Point point : left) {
            if (outcome != ForkRunner.Outcome.OK && run.options().failOnError()) {
                return outcome;
            }
            if (!measure(point)) {
                outcome = everReady ? ForkRunner.Outcome.FAILED : ForkRunner.Outcome.NO_ENGINE;
            }
        }
        if (outcome == ForkRunner.Outcome.OK) {
            starts.journal(new JournalEvent.ForkEnded(configuration.id(), fork, List.of()));
        }
        return outcome;
    }

    private boolean measure(Point point) throws IOException, InterruptedException {
        int attempt = run.resume().nextAttempt(point.id(), fork);
        long origin = System.nanoTime();
        try {
            for (int iteration = 0; iteration < point.measurement().count(); iteration++) {
                long begin = System.nanoTime() - origin;
                List<String> doubts = new ArrayList<>();
                List<MetricValue> values = iteration(doubts);
                Window window = new Window(
                        Window.Kind.MEASUREMENT,
                        iteration,
                        Integer.toString(iteration),
                        begin,
                        System.nanoTime() - origin,
                        true);
                WindowResult result = WindowResult.isolated(window, suspectFor(doubts), values);
                run.progress().startup(result, point.measurement().count());
                starts.journal(JournalEvent.IterationEnded.of(point.id(), attempt, fork, result, null));
            }
        } catch (EngineException e) {
            run.progress().failure(e.failure());
            Failure failure = starts.failure(e.failure());
            if (everReady) {
                starts.journal(closed(point, attempt, failure));
            }
            run.journal()
                    .append(new JournalEvent.Failed(
                            configuration.id(), starts.scored() ? fork : 0, null, null, failure));
            return false;
        } catch (DatasetException e) {
            run.progress().pointFailed(FailureClass.CONFIG_ERROR.id(), e.getMessage());
            starts.journal(closed(point, attempt, new Failure(FailureClass.CONFIG_ERROR, e.getMessage(), null)));
            return false;
        }
        starts.journal(JournalEvent.PointClosed.ok(point.id(), attempt, fork, null, null, List.of()));
        return true;
    }

    private JournalEvent.PointClosed closed(Point point, int attempt, Failure failure) {
        return new JournalEvent.PointClosed(point.id(), attempt, fork, Status.FAILED, failure, null, null, List.of());
    }

    private static Validity suspectFor(List<String> doubts) {
        return doubts.isEmpty() ? Validity.OK : new Validity(Validity.Level.SUSPECT, doubts);
    }

    private List<MetricValue> iteration(List<String> doubts)
            throws EngineException, IOException, InterruptedException, DatasetException {
        List<MetricValue> values = new ArrayList<>();
        try (CompileCaches caches = CompileCaches.create()) {
            values.addAll(start(caches, Start.COLD, doubts));
            values.addAll(start(caches, Start.WARM, doubts));
        }
        return values;
    }

    /** A kind of start with its metrics. */
    private record Start(
            boolean warm, Metric startup, Metric init, Metric modelLoad, Metric compilation, Metric firstToken) {
        static final Start COLD = new Start(
                false,
                MetricNames.STARTUP_COLD,
                MetricNames.ENGINE_INIT_COLD,
                MetricNames.MODEL_LOAD_COLD,
                MetricNames.COMPILATION_COLD,
                MetricNames.FIRST_TOKEN_COLD);
        static final Start WARM = new Start(
                true,
                MetricNames.STARTUP_WARM,
                MetricNames.ENGINE_INIT_WARM,
                MetricNames.MODEL_LOAD_WARM,
                MetricNames.COMPILATION_WARM,
                MetricNames.FIRST_TOKEN_WARM);
    }

    private List<MetricValue> start(CompileCaches caches, Start kind, List<String> doubts)
            throws EngineException, IOException, InterruptedException, DatasetException {
        run.progress().start(kind.warm ? "warm start" : "cold start");
        try (GpuGuard guard = run.preparation().guard(configuration)) {
            List<MetricValue> values = started(caches, kind, guard, doubts);
            keep(guard.engineStopped(), doubts);
            return values;
        }
    }

    private static void keep(List<String> news, List<String> doubts) {
        news.stream().filter(doubt -> !doubts.contains(doubt)).forEach(doubts::add);
    }

    private List<MetricValue> started(CompileCaches caches, Start kind, GpuGuard guard, List<String> doubts)
            throws EngineException, IOException, InterruptedException, DatasetException {
        try (EngineHandle engine = starts.launch((process, context) -> inside(caches, process), start)) {
            everReady = true;
            guard.engineReady(engine.pids());
            WorkerHandle worker = (WorkerHandle) engine;
            starts.ready(engine, start, null);
            List<Launcher.StartupPhase> phases = engine.startup();
            List<MetricValue> values = new ArrayList<>();
            values.add(
                    MetricValue.of(kind.startup, phases.get(phases.size() - 1).seconds()));
            values.add(said(kind.init, worker, "init"));
            values.add(said(kind.modelLoad, worker, "model_load"));
            values.add(said(kind.compilation, worker, "compilation"));
            values.add(firstToken(kind.firstToken, worker));
            keep(guard.doubts(), doubts);
            return values;
        } catch (EngineException e) {
            // no number is left to carry it, but whoever reads why the start failed should know
            guard.engineStopped().forEach(doubt -> run.console().print("      note: " + doubt));
            throw e;
        } finally {
            start++;
        }
    }

    private static ProcessSpec inside(CompileCaches caches, ProcessSpec process) {
        return process.withEnv(caches.environment());
    }

    private static MetricValue said(Metric metric, WorkerHandle worker, String name) {
        Double seconds = worker.startSeconds().get(name);
        return seconds == null
                ? MetricValue.absent(metric, "the engine did not say how long it took")
                : MetricValue.of(metric, seconds);
    }

    private MetricValue firstToken(Metric metric, WorkerHandle worker)
            throws EngineException, InterruptedException, DatasetException {
        Workload workload =
                new Workload("random", null, PROMPT_TOKENS, 1, null, true, Map.of(), Defaults.SEED, false, false);
        PromptSource source = Datasets.open(workload, new Datasets.Context(1, 1, null, null, false, "", null));
        DrawnPrompt prompt = source.open(0).next();
        List<InferenceRequest> batch = new ArrayList<>();
        for (int replica = 0; replica < worker.dataParallelSize(); replica++) {
            batch.add(new InferenceRequest(
                    prompt.slice(),
                    prompt.index(),
                    prompt.hash(),
                    prompt.prompt(),
                    1,
                    true,
                    Map.of("temperature", 0.0),
                    null,
                    0,
                    run.requestTimeout().toNanos()));
        }
        try (BatchDriver driver = worker.open(run.requestTimeout(), false)) {
            BatchDriver.Batch answers = driver.generate(batch);
            RequestRecord first = answers.records().get(0);
            if (!first.ok()) {
                return MetricValue.absent(metric, first.outcome().detail());
            }
            return first.chunks().size() == 0
                    ? MetricValue.absent(
                            metric, answers.unknown().getOrDefault("first", "the engine did not say when it came"))
                    : MetricValue.of(metric, (first.chunks().at(0) - answers.start()) / 1e6);
        }
    }
}
