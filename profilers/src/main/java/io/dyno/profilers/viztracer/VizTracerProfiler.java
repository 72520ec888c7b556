package io.dyno.profilers.viztracer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.plan.EngineConfiguration.Kind;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VizTracer in all Python processes of an engine that has a fork of its own. A module that Python imports at its start (see the resource
 * {@code sitecustomize.py}) waits in each of them for orders; between start and stop those that run vLLM record, and leave a trace each.
 */
final class VizTracerProfiler implements Profiler {
    private static final String HOOK = "sitecustomize.py";

    /** Also a process that is busy takes a signal at its next step. */
    private static final Duration MOST_TO_START = Duration.ofSeconds(60);

    private final int iterations;
    private final Recording recording;
    private final Duration flush;
    private final Duration mostToStart;

    private final List<String> notes = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final List<ProfilerResult> results = new ArrayList<>();
    private Path folder;
    private Orders orders;
    private boolean offline;
    private ProfiledIteration current;
    private Session session;

    /**
     * What is recorded.
     *
     * @param entries calls kept by each process
     * @param depth deepest nesting, or -1
     * @param minDurationMicros the shortest call that is kept
     * @param cFunctions whether built-in functions are recorded
     * @param torch whether PyTorch's operators are
     */
    record Recording(long entries, long depth, long minDurationMicros, boolean cFunctions, boolean torch) {
        /** Arguments of {@code viztracer.VizTracer}. */
        String json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("tracer_entries", entries)
                    .put("max_stack_depth", depth)
                    .put("min_duration", minDurationMicros)
                    .put("ignore_c_function", !cFunctions)
                    .put("log_torch", torch)
                    .put("dump_raw", true)
                    .put("file_info", false)
                    .toString();
        }
    }

    VizTracerProfiler(int iterations, Recording recording, Duration flush) {
        this(iterations, recording, flush, MOST_TO_START);
    }

    /** With another patience for processes that do not answer. */
    VizTracerProfiler(int iterations, Recording recording, Duration flush, Duration mostToStart) {
        this.mostToStart = mostToStart;
        this.iterations = iterations;
        this.recording = recording;
        this.flush = flush;
    }

    @Override
    public Intrusion intrusion() {
        return Intrusion.ALWAYS;
    }

    @Override
    public int iterations() {
        return iterations;
    }

    @Override
    public Map<String, String> environment(EngineContext engine) {
        return Map.of("DYNO_VIZTRACER", folder(engine).toString(), "DYNO_VIZTRACER_OPTIONS", recording.json());
    }

    @Override
    public void engineStarting(EngineContext engine, GpuUse gpus) throws IOException {
        files.clear(); // of an engine before this one
        forget();
        folder = folder(engine);
        offline = engine.configuration().kind() == Kind.WORKER;
        Files.createDirectories(folder);
        try (InputStream hook = VizTracerProfiler.class.getResourceAsStream("/io/dyno/profilers/viztracer/" + HOOK)) {
            Files.copy(hook, folder.resolve(HOOK), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The hook's folder stands first on PYTHONPATH, whoever else had set that. */
    @Override
    public ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
        Path folder = folder(engine);
        String before = process.env().getOrDefault("PYTHONPATH", System.getenv("PYTHONPATH"));
        boolean none = before == null || before.isEmpty();
        return process.withEnv(Map.of("PYTHONPATH", none ? folder.toString() : folder + File.pathSeparator + before));
    }

    private static Path folder(EngineContext engine) {
        return engine.file("viztracer", "").toAbsolutePath();
    }

    @Override
    public void engineReady(EngineHandle engine) {
        orders = new Orders(folder);
        files.clear();
        forget();
    }

    @Override
    public void pointStarted(PointContext point) {
        forget();
    }

    /** What a point that failed left untold is none of the next one's. */
    private void forget() {
        results.clear();
        notes.clear();
    }

    @Override
    public void start(ProfiledIteration iteration) throws Exception {
        current = iteration;
        session = new Session(orders.give("start", mostToStart, Set.of()), mostToStart);
        if (!session.anyStarted()) {
            List<String> why = session.notStarted();
            throw new IOException("VizTracer runs in no process of the engine: "
                    + (why.isEmpty()
                            ? "none of them is a Python that took up the module " + folder.resolve(HOOK)
                                    + " and imported vLLM"
                            : String.join("; ", why)));
        }
    }

    @Override
    public void stop() throws Exception {
        Orders.Outcome outcome = orders.give("stop", flush, session.silent());
        List<String> missing = session.missing(outcome, flush);
        Map<String, Orders.Answer> left = moveTraces(outcome);
        List<VizTrace> traces = new ArrayList<>();
        left.forEach((name, answer) -> {
            try {
                traces.add(VizTrace.read(file(name)).or(answer.overflow()));
            } catch (IOException e) {
                missing.add(e.getMessage());
            }
        });
        if (traces.isEmpty()) {
            throw new IOException("no process of the engine left a whole trace"
                    + missing.stream().map(why -> "; " + why).collect(Collectors.joining())
                    + "; what they said is in " + current.engine().log());
        }
        missing.forEach(why -> notes.add("not all of the engine is in this profile: " + why));
        String incomplete = missing.isEmpty() ? null : String.join("; ", missing);
        result("events", traces.stream().mapToLong(VizTrace::events).sum(), incomplete);
        result(
                "overflowed_processes",
                traces.stream().filter(VizTrace::overflow).count(),
                incomplete);
    }

    /** Takes all of them to their names before any is read: one that is not whole costs no other. */
    private Map<String, Orders.Answer> moveTraces(Orders.Outcome outcome) throws IOException {
        Map<String, Orders.Answer> left = new TreeMap<>();
        for (Orders.Answer answer : outcome.answers()) {
            if (answer.file() != null) {
                String name = name(answer, offline);
                for (int i = 2; left.containsKey(name); i++) {
                    name = name(answer, offline) + "-" + i;
                }
                Files.move(answer.file(), file(name));
                files.add(file(name));
                left.put(name, answer);
            }
        }
        return left;
    }

    private Path file(String process) {
        return current.point().file("viztracer", "-p" + current.iteration() + "-" + process + ".json");
    }

    /** A sum over some of the processes is none. */
    private void result(String name, long count, String whyNot) {
        Metric metric = new Metric("viztracer." + name, "count", Direction.NONE);
        MetricValue value =
                whyNot == null ? MetricValue.of(metric, (double) count) : MetricValue.absent(metric, whyNot);
        results.add(new ProfilerResult(Window.Kind.PROFILED, current.iteration(), value));
    }

    /** Whose trace it is: {@code rank0} offline, {@code server}; what vLLM calls its children follows, such as {@code server-enginecore}. */
    static String name(Orders.Answer answer, boolean offline) {
        String of = offline ? "rank" + (answer.rank() == null ? "0" : answer.rank()) : "server";
        return answer.name().equals("MainProcess")
                ? of
                : of + "-" + answer.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    @Override
    public List<ProfilerResult> pointEnded() {
        List<ProfilerResult> ended = List.copyOf(results);
        results.clear();
        return ended;
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public List<Path> engineStopped() throws IOException {
        if (folder != null && Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.walk(folder)) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return List.copyOf(files);
    }
}
