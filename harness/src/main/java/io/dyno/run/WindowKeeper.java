package io.dyno.run;

import io.dyno.Bench;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuGuard;
import io.dyno.load.LoadListener;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestCounts;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.result.JournalEvent;
import io.dyno.result.RequestFiles;
import io.dyno.result.RunDirectory;
import io.dyno.result.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Level;

/** Windows of one point in one fork as they come: judged, told, and on disk before the next one is asked for. */
final class WindowKeeper implements LoadListener {
    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineHandle engine;
    private final ProfilerSet profilers;
    private final GpuGuard guard;
    private final UserBenchmark benchmark;
    private final Point point;
    private final int fork;
    private final int attempt;
    private final boolean scored;
    private boolean anyFailed;
    private int validWindows;

    private RequestCounts requests = RequestCounts.NONE;

    /** What the GPUs gave to doubt in windows whose requests are still open. */
    private final Map<String, List<String>> doubts = new HashMap<>();

    /** Memory errors that came up before the window that is open: it computes on the same memory. */
    private List<String> memoryErrors = List.of();

    /**
     * For one attempt at a point.
     *
     * @param guard watches the engine's GPUs
     * @param scored false in a warm-up fork, which leaves nothing on disk
     */
    WindowKeeper(
            RunContext run,
            EngineConfiguration configuration,
            EngineHandle engine,
            ProfilerSet profilers,
            GpuGuard guard,
            UserBenchmark benchmark,
            Point point,
            int fork,
            int attempt,
            boolean scored) {
        this.run = run;
        this.configuration = configuration;
        this.engine = engine;
        this.profilers = profilers;
        this.guard = guard;
        this.benchmark = benchmark;
        this.point = point;
        this.fork = fork;
        this.attempt = attempt;
        this.scored = scored;
    }

    @Override
    public void loadStarted(long origin) {
        profilers.loadStarted(origin);
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration, String slice, long start) {
        if (point.drained()) {
            hook(() -> benchmark.setup(Level.Iteration, engine.info()));
        }
        profilers.windowStarted(kind, iteration); // before the guard's look, which takes a moment
        List<String> beforeTheWindow = guard.doubts();
        if (!beforeTheWindow.isEmpty() && kind == Window.Kind.WARMUP) {
            run.console().print("    note: before the load: " + String.join("; ", beforeTheWindow));
        }
        memoryErrors = beforeTheWindow.stream()
                .filter(doubt -> Validity.code(doubt).equals("gpu_ecc_errors"))
                .map(doubt -> doubt + " before the window")
                .toList();
    }

    @Override
    public void windowEnded(Window window) {
        profilers.windowEnded(window);
        List<String> doubted = new ArrayList<>(memoryErrors);
        doubted.addAll(guard.doubts());
        doubts.put(key(window), doubted);
    }

    @Override
    public boolean windowComplete(WindowRecords records) {
        if (point.drained()) {
            hook(() -> benchmark.tearDown(Level.Iteration, engine.info()));
        }
        List<String> doubted = doubts.getOrDefault(key(records.window()), List.of());
        WindowResult result = WindowMetrics.of(
                        records, point.slo(), run.preparation().gpus(configuration), run.healthBudget())
                .with(
                        batchLatency(point, records.window()),
                        doubted.isEmpty() ? Validity.OK : new Validity(Validity.Level.SUSPECT, doubted));
        profilers.windowComplete(result, WindowMetrics.rateSeconds(records));
        run.progress().window(result, point.measurement().count());
        if (scored) {
            keep(records.due(), result);
        }
        int cut = result.requests().failed().getOrDefault(FailureClass.INTERRUPTED, 0); // the tail's end, by us
        anyFailed |= result.requests().failures() > cut;
        boolean valid = !result.validity().isVoid();
        if (valid && result.window().kind() == Window.Kind.MEASUREMENT) {
            validWindows++;
            requests = requests.plus(result.requests());
        }
        return valid;
    }

    /** What LATENCY measures besides its requests. */
    static List<MetricValue> batchLatency(Point point, Window window) {
        return point.bench() == Bench.LATENCY
                ? List.of(MetricValue.of(MetricNames.BATCH_LATENCY, window.seconds() * 1e3))
                : List.of();
    }

    /** Whether requests failed that nobody here had cut: the engine may be dead. */
    boolean anyFailed() {
        return anyFailed;
    }

    /** What results will make of the windows of this fork. */
    Status status() {
        if (validWindows < point.measurement().count()) {
            return Status.VOID;
        }
        return requests.failures() > run.maxFailed() * requests.due() ? Status.FAILED : Status.OK;
    }

    private String key(Window window) {
        return window.kind() + " " + window.iteration();
    }

    private void keep(List<RequestRecord> due, WindowResult result) {
        Window window = result.window();
        String file = RunDirectory.requestFile(point.id(), fork, window.kind(), window.iteration(), attempt);
        try {
            RequestFiles.write(run.directory().resolve(file), due);
            run.journal().append(JournalEvent.IterationEnded.of(point.id(), attempt, fork, result, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A method of the user's around an isolated iteration. */
    interface Hook {
        void run() throws InterruptedException;
    }

    static void hook(Hook hook) {
        try {
            hook.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the load sees it and ends
        }
    }
}
