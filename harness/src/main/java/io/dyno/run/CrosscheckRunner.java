package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.load.DatasetException;
import io.dyno.load.FixedPrompts;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadRun;
import io.dyno.load.LoadSpec;
import io.dyno.load.PreparedPrompts;
import io.dyno.load.http.HttpDriver;
import io.dyno.load.http.HttpTarget;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Point;
import io.dyno.plan.Windows;
import io.dyno.plan.Workload;
import io.dyno.report.CrosscheckTable;
import io.dyno.report.Figures;
import io.dyno.result.BenchServeFile;
import io.dyno.result.Crosscheck;
import io.dyno.result.RequestFiles;
import io.dyno.stats.ClientFigure;
import io.dyno.stats.ClientRun;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same load on one warm engine by Dyno and by {@code vllm bench serve} in turns, isolated, after all that is scored. What goes wrong here
 * is told and costs the benchmark nothing.
 */
final class CrosscheckRunner {
    /** Python, its imports and a tokenizer, on a machine that is busy. */
    private static final Duration PYTHON = Duration.ofMinutes(5);

    /** How much slower than Dyno's run vLLM's may be before it is taken for hung. */
    private static final int SLOWER = 10;

    private final RunContext run;
    private final EngineHandle engine;
    private final Point point;
    private final int pairs;
    private final Workload workload;
    private final CrosscheckFiles files;
    private final BenchServe bench;
    private final List<String> notes = new ArrayList<>();
    private final List<Crosscheck.Pair> done = new ArrayList<>();
    private int requests;
    private boolean cacheReset = true;
    private boolean sameArrivals = true;
    private int doubtful;

    private CrosscheckRunner(
            RunContext run, EngineConfiguration configuration, EngineHandle engine, Point point, int pairs) {
        this.run = run;
        this.engine = engine;
        this.point = point;
        this.pairs = pairs;
        this.workload = fixedLength(point.workload());
        this.files = new CrosscheckFiles(run.directory(), point.id());
        this.bench = new BenchServe(run, configuration, engine, point, workload.sampling(), files);
    }

    /**
     * Checks every point of a configuration, tells what was found and adds it to the run's file.
     *
     * @throws IOException when that file cannot be written
     */
    static void run(RunContext run, EngineConfiguration configuration, EngineHandle engine, int pairs)
            throws IOException, InterruptedException {
        for (Point point : configuration.points()) {
            Crosscheck check = new CrosscheckRunner(run, configuration, engine, point, pairs).check();
            Crosscheck.add(run.directory().resolve(Crosscheck.FILE), check);
            run.console().print("\n" + CrosscheckTable.of(check).stripTrailing());
        }
    }

    private Crosscheck check() throws InterruptedException {
        run.console()
                .print("\n  crosscheck  " + point.benchmark() + ", " + load() + ": " + pairs
                        + (pairs == 1 ? " pair" : " pairs") + " after a warm-up of each");
        try {
            UserBenchmark benchmark = new UserBenchmark(run.preparation().definition(point.benchmark()), point);
            return benchmark.trial(engine.info(), () -> {
                pairs(benchmark);
                return entry(Crosscheck.Status.OK, null).judged();
            });
        } catch (DatasetException | UserBenchmark.Failed | IOException e) {
            String dead = engine.died().isDone()
                    ? "the engine ended: " + engine.died().join().message()
                    : null;
            return entry(Crosscheck.Status.FAILED, dead != null ? dead : e.getMessage());
        }
    }

    private void pairs(UserBenchmark benchmark) throws DatasetException, IOException, InterruptedException {
        HttpTarget target = HttpTarget.of(engine, ServedLoading.connections(point));
        FixedPrompts prompts = CrosscheckPrompts.of(point, benchmark, target);
        requests = prompts.all().size();
        CrosscheckPrompts.write(files.prompts(), prompts);
        try {
            ClientRun warm = dyno(target, prompts, List.of(), "warmup");
            Duration patience = PYTHON.plusMillis(Math.round(1000 * SLOWER * seconds(warm)));
            vllm(patience, 0, "warmup");
            for (int pair = 1; pair <= pairs; pair++) {
                BenchServeFile theirs = vllm(patience, pair, Integer.toString(pair));
                sameArrivals &= theirs.arrivals().size() == requests;
                ClientRun ours = dyno(target, prompts, theirs.arrivals(), Integer.toString(pair));
                done.add(new Crosscheck.Pair(
                        ours,
                        theirs.run(),
                        files.relative(files.requests(Integer.toString(pair))),
                        files.relative(files.result(Integer.toString(pair))),
                        files.relative(files.log(Integer.toString(pair)))));
                run.console().print(line(pair, ours, theirs.run()));
            }
        } finally {
            if (!run.options().keepText()) {
                Files.deleteIfExists(files.prompts());
            }
        }
    }

    /** One isolated run of Dyno's; an open loop's requests are due when vLLM's were, where that is known. */
    private ClientRun dyno(HttpTarget target, FixedPrompts prompts, List<Long> arrivals, String name)
            throws IOException, InterruptedException {
        resetCache();
        LoadSpec drawn = new LoadSpec(
                point.load(),
                workload,
                true,
                new Windows(0, null, null),
                new Windows(1, null, requests),
                run.requestTimeout().toNanos());
        boolean replayed = point.load() instanceof LoadShape.OpenLoop && arrivals.size() == requests;
        LoadSpec spec = replayed ? drawn.withArrivals(arrivals) : drawn;
        Once window = new Once();
        LoadResult ended;
        try (HttpDriver driver = HttpDriver.open(target);
                PreparedPrompts ready =
                        new PreparedPrompts(prompts, requests, p -> driver.prepare(spec.request(p, 0)))) {
            ended = new LoadRun(spec, driver, ready, driver.health(), window).run();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!ended.completed() || window.records == null) {
            throw new IOException("Dyno's own load ended early: " + ended.message());
        }
        RequestFiles.write(files.requests(name), window.records.due());
        WindowResult result = WindowMetrics.of(window.records, null, null, run.healthBudget());
        doubtful += result.validity().isVoid() ? 1 : 0;
        return ClientRun.of(window.records.due(), result);
    }

    private static final class Once implements LoadListener {
        private WindowRecords records;

        @Override
        public boolean windowComplete(WindowRecords complete) {
            records = complete;
            return true;
        }
    }

    private BenchServeFile vllm(Duration patience, int seed, String name) throws IOException, InterruptedException {
        resetCache();
        return bench.run(requests, seed, name, patience);
    }

    private void resetCache() throws InterruptedException {
        cacheReset &= engine.resetPrefixCache();
    }

    private Crosscheck entry(Crosscheck.Status status, String reason) {
        if (point.load() instanceof LoadShape.OpenLoop) {
            notes.add(
                    sameArrivals
                            ? "arrivals: vllm drew them, and Dyno's requests were due at the same instants"
                            : "arrivals: each drew its own from the same process, since vllm did not tell when its were");
        }
        if (!cacheReset) {
            notes.add(
                    "the prefix cache could not be emptied between runs: both found the prompts of the run before in it");
        }
        if (doubtful > 0) {
            notes.add("Dyno's client was late in " + doubtful
                    + " of its runs, warm-up included: on this machine the clients and"
                    + " the engine compete for processors");
        }
        return new Crosscheck(
                point.id(),
                point.benchmark(),
                point.params(),
                load(),
                status,
                reason,
                requests,
                cacheReset,
                notes,
                bench.command(),
                done,
                Map.of());
    }

    private String load() {
        if (point.load() instanceof LoadShape.ClosedLoop closed) {
            return "closed loop of " + closed.maxConcurrency();
        }
        return point.load() instanceof LoadShape.OpenLoop open
                ? String.format(
                        Locale.ROOT, "open loop of %s req/s", Figures.measured().of(open.requestRate()))
                : "all at once";
    }

    private String line(int pair, ClientRun ours, ClientRun theirs) {
        Figures figures = Figures.measured();
        return String.format(
                Locale.ROOT,
                "     %d/%d   dyno %s, vllm %s out tok/s   mean TPOT dyno %s, vllm %s ms",
                pair,
                pairs,
                figures.of(ours.figure(ClientFigure.OUTPUT_THROUGHPUT)),
                figures.of(theirs.figure(ClientFigure.OUTPUT_THROUGHPUT)),
                figures.of(ours.figure(ClientFigure.MEAN_TPOT_MS)),
                figures.of(theirs.figure(ClientFigure.MEAN_TPOT_MS)));
    }

    /**
     * The same output lengths for both, and the parameter that vLLM's client always sends: without it a model's own generation_config could
     * give Dyno's requests another.
     */
    private static Workload fixedLength(Workload w) {
        Map<String, Object> sampling = new LinkedHashMap<>(w.sampling());
        sampling.putIfAbsent("repetition_penalty", 1.0);
        return new Workload(
                w.dataset(),
                w.datasetPath(),
                w.inputLen(),
                w.outputLen(),
                w.shape(),
                w.endpoint(),
                true,
                sampling,
                w.seed(),
                w.salt(),
                w.oversample());
    }

    private static double seconds(ClientRun run) {
        Double seconds = run.figure(ClientFigure.DURATION);
        return seconds == null ? 0 : seconds;
    }
}
