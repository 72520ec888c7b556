package io.dyno.profilers.nsys;

import io.dyno.engine.DynoEnding;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.Patience;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.MetricValue;
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
 * which vLLM calls for its profiler {@code cuda}. Its reports exist when it has ended after SIGINT, and not before: it is {@link Patience patient}.
 */
final class NsysProfiler implements Profiler {
    /** nsys has ended by then: only a file system that lags is waited for. */
    private static final Duration ON_DISK = Duration.ofSeconds(10);

    /** Beginnings of the names of Nsight Systems' programs: all else below nsys is the engine. */
    private static final List<String> OWN = List.of("nsys", "nsight", "qdstrm");

    private static final String RECOVERY =
            "Nsight Systems can make a report of a .qdstrm that is left (QdstrmImporter -i FILE)";

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
    private final List<String> problems = new ArrayList<>();
    private boolean someRead;
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
        return process.withArgv(argv).withPatience(new Patience(wait, file, OWN));
    }

    @Override
    public void engineReady(EngineHandle engine) {
        this.engine = engine;
        ranges.clear();
        files.clear();
        results.clear();
        problems.clear();
        someRead = false;
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

    /** With ranges of its own to close in each rank, vLLM may take as long as nsys itself. */
    @Override
    public void stop() throws Exception {
        engine.stopProfile(wait);
    }

    @Override
    public List<Path> engineStopped() throws Exception {
        if (output == null || engine == null || ranges.isEmpty()) {
            return List.of();
        }
        if (engine.unfinished().isPresent()) {
            throw new IOException(engine.unfinished().get() + ".*: nothing of it is read; " + RECOVERY
                    + ". To wait longer: -prof \"nsys:wait=" + 2 * wait.toSeconds() + "\"");
        }
        List<Path> reports = new ArrayList<>(left("{.nsys-rep,.qdrep}").settled(ON_DISK));
        reports.sort(Comparator.comparingInt(NsysProfiler::number));
        if (reports.size() != ranges.size()) {
            List<Path> raw = left(".qdstrm").list();
            problems.add("nsys left " + reports.size() + " reports of " + ranges.size() + " profiled iterations"
                    + (reports.isEmpty() ? "" : ", so that it is not known which is whose: " + reports)
                    + (raw.isEmpty() ? "" : ", and " + raw + ": " + RECOVERY) + "; what it said is in " + engine.log());
            reports.addAll(raw);
            return reports;
        }
        List<ProfiledIteration> recorded = List.copyOf(ranges);
        ranges.clear();
        List<Path> recordings = new ArrayList<>();
        for (int i = 0; i < reports.size(); i++) {
            recordings.add(named(recorded.get(i), reports.get(i)));
        }
        for (int i = 0; i < reports.size(); i++) {
            statistics(recorded.get(i), recordings.get(i));
        }
        return List.copyOf(files);
    }

    /** What nsys left under the name that it was given, before numbers and nodes. */
    private NewFiles left(String extension) {
        return NewFiles.existing(output.getParent(), output.getFileName() + "{,.*,-n*}" + extension);
    }

    private static int number(Path report) {
        Matcher number = NUMBER.matcher(report.toString());
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    /** Recordings come before all that is made of them: they cannot be made again. */
    private Path named(ProfiledIteration range, Path report) throws IOException {
        String extension = report.toString().substring(report.toString().lastIndexOf('.'));
        Path recording = range.point().file("nsys", "-p" + range.iteration() + extension);
        Files.move(report, recording);
        files.add(recording);
        return recording;
    }

    /** What fails here costs this range its numbers, and no other. */
    private void statistics(ProfiledIteration range, Path recording) {
        String iteration = "-p" + range.iteration();
        List<MetricValue> values;
        try {
            if (DynoEnding.begun()) {
                throw new IOException("Dyno was interrupted before nsys stats had begun");
            }
            Map<Nsys.Report, Path> stats = nsys.stats(recording, range.point().file("nsys", iteration), wait);
            files.addAll(stats.values());
            GpuTimes times = GpuTimes.read(stats);
            files.add(Files.writeString(range.point().file("nsys", iteration + ".txt"), times.text(rows)));
            values = times.results();
            someRead = true;
        } catch (IOException e) {
            problems.add(e.getMessage());
            values = GpuTimes.absent(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            values = GpuTimes.absent("interrupted while nsys stats read the recording");
        }
        List<ProfilerResult> found = results.computeIfAbsent(range.point(), point -> new ArrayList<>());
        values.forEach(value -> found.add(new ProfilerResult(Window.Kind.PROFILED, range.iteration(), value)));
    }

    /** A range without numbers says why in their place; the profiler has failed only where none has any. */
    @Override
    public Map<PointContext, List<ProfilerResult>> collected() throws Exception {
        if (!problems.isEmpty() && !someRead) {
            throw new IOException(String.join("; ", problems));
        }
        return Map.copyOf(results);
    }
}
