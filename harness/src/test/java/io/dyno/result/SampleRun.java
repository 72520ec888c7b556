package io.dyno.result;

import io.dyno.Bench;
import io.dyno.metrics.Direction;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Health;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Records;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.SloLimits;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.InForce;
import io.dyno.result.JournalEvent.EngineIdentity;
import io.dyno.result.JournalEvent.EngineReady;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.ForkEnded;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.MoreMetrics;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.JournalEvent.Profiled;
import io.dyno.result.JournalEvent.RunEnded;
import io.dyno.result.JournalEvent.RunStarted;
import io.dyno.result.JournalEvent.StartupPhase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs on disk, made through the room's own classes, with known numbers in them. */
public final class SampleRun implements AutoCloseable {
    public static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T01:02:03.456Z"), ZoneOffset.UTC);
    public static final String CONFIGURATION = "c0ffee000001";

    private final RunDirectory folder;
    private final Journal journal;

    public SampleRun(Path results, String name) throws IOException {
        folder = RunDirectory.create(results, name, CLOCK, new Random(1));
        journal = Journal.open(folder.journal(), CLOCK);
    }

    public RunDirectory folder() {
        return folder;
    }

    public Path path() {
        return folder.path();
    }

    public SampleRun log(JournalEvent event) throws IOException {
        journal.append(event);
        return this;
    }

    public RunResults results() throws IOException {
        return ResultFiles.read(path());
    }

    /** A serving point, closed loop, {@code maxConcurrency} sweeping. */
    public static PlannedPoint serve(String id, int maxConcurrency, SloLimits slo, int forks, int windows) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "Qwen/Qwen3-8B");
        settings.put("requestRate", "inf");
        settings.put("maxConcurrency", (long) maxConcurrency);
        return new PlannedPoint(
                id,
                CONFIGURATION,
                "com.acme.ChatCapacity",
                Bench.SERVE,
                Map.of("maxConcurrency", Integer.toString(maxConcurrency)),
                settings,
                slo,
                slo == null ? "output_throughput" : "goodput",
                forks,
                1,
                windows,
                false,
                null);
    }

    public SampleRun started(PlannedPoint... points) throws IOException {
        folder.writeProvenance(Map.of("dyno", "1.0.0"));
        return log(new RunStarted(Resume.configurationHash(List.of(points), List.of()), false, 0.01, List.of(points)));
    }

    public SampleRun engine(int fork, boolean simulated) throws IOException {
        return log(new EngineReady(
                CONFIGURATION,
                fork,
                1,
                simulated ? "sim" : "vllm",
                "0.32.0",
                simulated,
                1,
                new EngineIdentity("Qwen/Qwen3-8B", "b968826d", List.of("H100-80GB"), "0.32.0+cu128"),
                new InForce(
                        Map.of("maxNumBatchedTokens", "16384"),
                        Map.of("server_info", List.of("maxNumBatchedTokens")),
                        null),
                List.of(new StartupPhase("weights", null, 11.0), new StartupPhase("ready", null, 61.5)),
                "logs/c0ffee000001-f" + fork + "-s1.log",
                List.of(),
                Map.of("completions", "continuous_usage"),
                Map.of(),
                null));
    }

    /** Requests of one second: twenty, 50 ms apart, ttft 40 + 2·fork ms, then nine tokens 10 ms apart. */
    public static List<RequestRecord> requests(int fork, int iteration) {
        List<RequestRecord> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double due = (iteration + 1) * 1000 + i * 50;
            requests.add(Records.due(due)
                    .sent(due + 0.5)
                    .tokens(due + 40.5 + 2 * fork + i * 0.5, 9, 10)
                    .in(16)
                    .prompt(Integer.toString(iteration), i)
                    .ok());
        }
        return requests;
    }

    /** The same requests, so many of them failed. */
    public static List<RequestRecord> failing(int fork, int iteration, int failures) {
        List<RequestRecord> requests = new ArrayList<>(requests(fork, iteration));
        for (int i = 0; i < failures; i++) {
            double due = (iteration + 1) * 1000 + i * 50;
            requests.set(i, Records.due(due).failed(FailureClass.HTTP_ERRORS, due + 5));
        }
        return requests;
    }

    public static WindowResult measure(PlannedPoint point, int iteration, List<RequestRecord> requests) {
        Window window = new Window(
                Window.Kind.MEASUREMENT,
                iteration,
                Integer.toString(iteration),
                Records.ns((iteration + 1) * 1000),
                Records.ns((iteration + 2) * 1000),
                false);
        return WindowMetrics.of(
                new WindowRecords(window, requests, List.of(), new Health(0.04, 0.1, 1.5, 2, 3)), point.slo(), 1);
    }

    /** Writes a window's requests and its line. */
    public SampleRun window(
            PlannedPoint point, int attempt, int fork, WindowResult result, List<RequestRecord> requests)
            throws IOException {
        Window w = result.window();
        String file = RunDirectory.requestFile(point.id(), fork, w.kind(), w.iteration(), attempt);
        RequestFiles.write(folder.resolve(file), requests);
        return log(IterationEnded.of(point.id(), attempt, fork, result, file));
    }

    public SampleRun window(PlannedPoint point, int fork, int iteration) throws IOException {
        List<RequestRecord> requests = requests(fork, iteration);
        return window(point, 1, fork, measure(point, iteration, requests), requests);
    }

    public SampleRun voidWindow(PlannedPoint point, int fork, int iteration) throws IOException {
        List<RequestRecord> requests = requests(fork, iteration);
        WindowResult result = measure(point, iteration, requests)
                .with(List.of(), Validity.voided("send_lag: requests left late, p99 80 ms, budget 50 ms"));
        return window(point, 1, fork, result, requests);
    }

    public SampleRun closed(PlannedPoint point, int fork) throws IOException {
        return log(PointClosed.ok(point.id(), 1, fork, "9f86d081884c7d65", null, List.of()));
    }

    public SampleRun ended(int exit, String reason) throws IOException {
        return log(new RunEnded(exit, reason));
    }

    @Override
    public void close() throws IOException {
        journal.close();
        folder.close();
    }

    private static PlannedPoint skipped(PlannedPoint p, String reason) {
        return new PlannedPoint(
                p.id(),
                null,
                p.benchmark(),
                p.bench(),
                p.params(),
                p.settings(),
                p.slo(),
                p.primary(),
                0,
                0,
                0,
                p.drained(),
                reason);
    }

    /**
     * One run with a point of every fate: ok with a void window that was repeated and a profiler's metric; failed with its engine; failed by
     * its requests; void; skipped; interrupted.
     */
    public static SampleRun ofEveryFate(Path results, boolean simulated) throws IOException {
        SloLimits slo = new SloLimits(45.0, 20.0, null, 0.9);
        PlannedPoint ok = serve("00000000000a", 8, slo, 2, 2);
        PlannedPoint oom = serve("00000000000b", 512, slo, 2, 2);
        PlannedPoint errors = serve("00000000000c", 32, slo, 2, 2);
        PlannedPoint voided = serve("00000000000d", 64, slo, 2, 2);
        PlannedPoint skipped = skipped(serve("00000000000e", 1, slo, 2, 2), "a remote server has no offline engine");
        PlannedPoint interrupted = serve("00000000000f", 2, slo, 2, 2);

        SampleRun run = new SampleRun(results, "every-fate").started(ok, oom, errors, voided, skipped, interrupted);
        for (int fork = 0; fork < 2; fork++) {
            run.engine(fork, simulated);
            run.window(ok, fork, 0).voidWindow(ok, fork, 1).window(ok, fork, 2);
            MoreMetrics more = new MoreMetrics(
                    Window.Kind.MEASUREMENT,
                    0,
                    Map.of(
                            "vllm.preemptions",
                            MetricValue.of(new Metric("vllm.preemptions", "count", Direction.LOWER), fork)));
            run.log(PointClosed.ok(
                    ok.id(),
                    1,
                    fork,
                    "9f86d081884c7d65",
                    new JournalEvent.PromptUse(false, 3, 0, 0, Map.of(), List.of()),
                    List.of(more)));
            for (int i = 0; i < 2; i++) {
                List<RequestRecord> requests = failing(fork, i, 5);
                run.window(errors, 1, fork, measure(errors, i, requests), requests);
            }
            run.closed(errors, fork);
            run.window(voided, fork, 0).voidWindow(voided, fork, 1).closed(voided, fork);
            run.log(new Failed(
                    CONFIGURATION,
                    fork,
                    oom.id(),
                    1,
                    new Failure(
                            FailureClass.OOM_GPU,
                            "CUDA out of memory. Tried to allocate 2.11 GiB",
                            "logs/c0ffee000001-f" + fork + "-s1.log:412")));
            run.log(new ForkEnded(CONFIGURATION, fork, List.of()));
        }
        return run.profiled(ok);
    }

    /** The last fork's profiled iteration under torch, and a fork of nsys's own whose report was lost. */
    private SampleRun profiled(PlannedPoint point) throws IOException {
        List<RequestRecord> requests = requests(20, 0);
        Window measured = measure(point, 0, requests).window();
        Window window = new Window(Window.Kind.PROFILED, 0, "0", measured.start(), measured.end(), false);
        WindowResult result = WindowMetrics.of(new WindowRecords(window, requests, List.of(), null), point.slo(), 1);
        String file = RunDirectory.profiledRequestFile(point.id(), 1, "torch", 0, 1);
        RequestFiles.write(folder.resolve(file), requests);
        log(IterationEnded.of(point.id(), 1, 1, result, file, "torch"));
        MoreMetrics found = new MoreMetrics(
                Window.Kind.PROFILED,
                0,
                Map.of("torch.events", MetricValue.of(new Metric("torch.events", "count", Direction.NONE), 1234)));
        log(new Profiled(
                point.id(),
                "torch",
                1,
                1,
                Status.OK,
                null,
                List.of("profiles/torch-ChatCapacity-" + point.id() + "-f1-a1-i0-rank0.pt.trace.json.gz"),
                List.of(found)));
        return log(new Profiled(
                point.id(),
                "nsys",
                2,
                1,
                Status.FAILED,
                new Failure(
                        FailureClass.CLIENT_ERROR, "profiler nsys failed after the engine stopped: no report", null),
                List.of(),
                List.of()));
    }

    /** A STARTUP iteration's numbers. */
    public static List<MetricValue> startup(double cold, double warm) {
        return List.of(MetricValue.of(MetricNames.STARTUP_COLD, cold), MetricValue.of(MetricNames.STARTUP_WARM, warm));
    }
}
