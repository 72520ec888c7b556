package io.dyno.profilers.nsys;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import io.dyno.profilers.NewFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nsys around the engine of a fork of its own. It records only between the engine's {@code cudaProfilerStart} and {@code cudaProfilerStop},
 * which vLLM calls for its profiler {@code cuda}. Its reports exist when it has ended after SIGINT, and not before: it is waited for, and never
 * killed while it writes.
 */
final class NsysProfiler implements Profiler {
    /** vLLM's answer to a stop that has nothing to write. */
    private static final Duration RANGE_CLOSED = Duration.ofMinutes(5);

    /** nsys has ended by then: only a file system that lags is waited for. */
    private static final Duration ON_DISK = Duration.ofSeconds(10);

    private static final Pattern NUMBER = Pattern.compile("\\.(\\d+)\\.(?:nsys-rep|qdrep)$");

    private final Nsys nsys;
    private final int iterations;
    private final String trace;
    private final int rows;
    private final Duration wait;
    private final List<String> more;

    private final List<ProfiledIteration> ranges = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final Map<PointContext, List<ProfilerResult>> results = new LinkedHashMap<>();
    private Path output;
    private EngineHandle engine;

    NsysProfiler(Nsys nsys, int iterations, String trace, int rows, Duration wait, List<String> more) {
        this.nsys = nsys;
        this.iterations = iterations;
        this.trace = trace;
        this.rows = rows;
        this.wait = wait;
        this.more = more;
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
    public List<String> engineArguments(EngineContext engine) {
        return List.of("--profiler-config", "{\"profiler\":\"cuda\"}");
    }

    /** Workers that are forked inherit a CUDA that nsys has half set up; versions of vLLM that time out on a busy engine are told to wait. */
    @Override
    public Map<String, String> environment(EngineContext engine) {
        return Map.of("VLLM_WORKER_MULTIPROC_METHOD", "spawn", "VLLM_RPC_TIMEOUT", "1800000");
    }

    @Override
    public void engineStarting(EngineContext engine, GpuUse gpus) {
        output = output(engine);
    }

    /** Where nsys leaves its reports; nodes and numbers follow. */
    private static Path output(EngineContext engine) {
        return engine.file("nsys", "").toAbsolutePath();
    }

    @Override
    public ProcessSpec wrap(ProcessSpec process, EngineContext engine) {
        String node = engine.configuration().topology().nodes() > 1 ? "-n" + process.node() : "";
        Path file = output(engine);
        List<String> argv = new ArrayList<>(nsys.profile(file.resolveSibling(file.getFileName() + node), trace, more));
        argv.addAll(process.argv());
        return process.withArgv(argv);
    }

    @Override
    public void engineReady(EngineHandle engine) {
        this.engine = engine;
        ranges.clear();
        files.clear();
        results.clear();
    }

    @Override
    public void start(ProfiledIteration iteration) throws Exception {
        if (!ranges.isEmpty() && !nsys.keepsRangesApart()) {
            throw new IOException("this nsys records one range of an engine only, and it has it; profile one point at a"
                    + " time, or install a newer nsys");
        }
        iteration.engine().startProfile();
        ranges.add(iteration);
    }

    @Override
    public void stop() throws Exception {
        engine.stopProfile(RANGE_CLOSED);
    }

    /** SIGINT to nsys itself, which ends the engine and writes its reports. */
    @Override
    public void engineStopping() throws Exception {
        if (!engine.interrupt(wait)) {
            throw new IOException("nsys had not ended " + wait.toSeconds()
                    + " s after SIGINT; give it longer: -prof \"nsys:wait=" + 2 * wait.toSeconds() + "\"");
        }
    }

    @Override
    public List<Path> engineStopped() throws Exception {
        if (output == null || ranges.isEmpty()) {
            return List.of();
        }
        List<Path> reports =
                new ArrayList<>(NewFiles.existing(output.getParent(), output.getFileName() + "*.{nsys-rep,qdrep}")
                        .settled(ON_DISK));
        reports.sort(Comparator.comparingInt(NsysProfiler::number));
        if (reports.size() != ranges.size()) {
            throw new IOException("nsys left " + reports.size() + " reports of " + ranges.size()
                    + " profiled iterations"
                    + (reports.isEmpty() ? "" : ", so that it is not known which is whose: " + reports)
                    + "; what it said is in " + engine.log());
        }
        for (int i = 0; i < reports.size(); i++) {
            collect(ranges.get(i), reports.get(i));
        }
        ranges.clear();
        return List.copyOf(files);
    }

    private static int number(Path report) {
        Matcher number = NUMBER.matcher(report.toString());
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    private void collect(ProfiledIteration range, Path report) throws IOException, InterruptedException {
        String extension = report.toString().substring(report.toString().lastIndexOf('.'));
        String iteration = "-p" + range.iteration();
        Path recording = range.point().file("nsys", iteration + extension);
        Files.move(report, recording);
        files.add(recording);
        Map<Nsys.Report, Path> stats = nsys.stats(recording, range.point().file("nsys", iteration), wait);
        files.addAll(stats.values());
        GpuTimes times = GpuTimes.read(stats);
        Path text = range.point().file("nsys", iteration + ".txt");
        Files.writeString(text, times.text(rows));
        files.add(text);
        List<ProfilerResult> found = results.computeIfAbsent(range.point(), point -> new ArrayList<>());
        times.results().forEach(value -> found.add(new ProfilerResult(Window.Kind.PROFILED, range.iteration(), value)));
    }

    @Override
    public Map<PointContext, List<ProfilerResult>> collected() {
        return Map.copyOf(results);
    }
}
