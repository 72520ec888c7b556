package io.dyno.profilers.torch;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import io.dyno.profilers.NewFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * vLLM's PyTorch profiler. Every fork's engine is told of it and stays idle until it is started; a profiled iteration lies between start and
 * stop, and vLLM answers the stop when its traces are on disk.
 */
final class TorchProfiler implements Profiler {
    /** vLLM has answered by then: only a file system that lags is waited for. */
    private static final Duration ON_DISK = Duration.ofSeconds(10);

    private static final String TRACES = "*.pt.trace.json*";
    private static final String TABLES = "*profiler_out*.txt";

    private final TorchOptions options;
    private final Duration onDisk;
    private final List<ProfilerResult> results = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private int ranks;
    private ProfiledIteration current;
    private NewFiles written;

    TorchProfiler(TorchOptions options) {
        this(options, ON_DISK);
    }

    /** With another patience for files that do not come. */
    TorchProfiler(TorchOptions options, Duration onDisk) {
        this.options = options;
        this.onDisk = onDisk;
    }

    @Override
    public Intrusion intrusion() {
        return Intrusion.WHEN_STARTED;
    }

    @Override
    public int iterations() {
        return options.iterations();
    }

    @Override
    public List<String> engineArguments(EngineContext engine) {
        return List.of("--profiler-config", options.profilerConfig(folder(engine.folder())));
    }

    /** Where vLLM writes, the same for all forks, so that their arguments are equal. */
    private static Path folder(Path profiles) {
        return profiles.toAbsolutePath().resolve("torch");
    }

    /** What an engine before this one left untold, because the profiler failed there, is none of this one's. */
    @Override
    public void engineStarting(EngineContext engine, GpuUse gpus) {
        ranks = engine.configuration().topology().gpus();
        results.clear();
        files.clear();
        current = null;
        written = null;
    }

    @Override
    public void engineReady(EngineHandle engine) {
        results.clear();
        files.clear();
    }

    @Override
    public void pointStarted(PointContext point) {
        results.clear();
    }

    @Override
    public void start(ProfiledIteration iteration) throws Exception {
        Path folder = Files.createDirectories(folder(iteration.point().folder()));
        for (Path table : NewFiles.existing(folder, TABLES).list()) {
            Files.delete(table); // vLLM would write over it; if it does not, it would be taken for this iteration's
        }
        written = NewFiles.since(folder, TRACES);
        current = iteration;
        iteration.engine().startProfile();
    }

    @Override
    public void stop() throws Exception {
        current.engine().stopProfile(options.flush());
        List<Path> whole = written.settled(onDisk, traces -> RankTraces.missing(
                        ranks, traces.stream().map(TraceName::of).toList())
                .isEmpty());
        Map<String, Path> traces = moveTraces(whole);
        keepVllmsOwnTables();
        List<String> wrong = new ArrayList<>();
        missing(traces).ifPresent(wrong::add);
        Map<String, Trace> read = new LinkedHashMap<>();
        traces.forEach((rank, file) -> {
            try {
                read.put(rank, TraceReader.read(file));
            } catch (IOException e) {
                wrong.add(e.getMessage());
            }
        });
        if (!read.isEmpty()) {
            Path text = file("-operators.txt");
            Files.writeString(text, new OperatorTable(read).text(options.rows()));
            files.add(text);
        }
        if (!wrong.isEmpty()) {
            throw new IOException(String.join("; ", wrong));
        }
        new OperatorTable(read)
                .results()
                .forEach(value -> results.add(new ProfilerResult(Window.Kind.PROFILED, current.iteration(), value)));
    }

    private Optional<String> missing(Map<String, Path> traces) {
        return RankTraces.missing(ranks, List.copyOf(traces.keySet()))
                .map(missing ->
                        missing + "; the profiler did not start or stop there, or delay_iterations are more than"
                                + " the steps that it took; what it said of it is in "
                                + current.engine().log());
    }

    /** Takes all of them to their names before any is read: one that is not whole may still be of use, and so are the others. */
    private Map<String, Path> moveTraces(List<Path> written) throws IOException {
        Map<String, Path> traces = new LinkedHashMap<>();
        for (Path trace : written) {
            String rank = TraceName.of(trace);
            for (int i = 2; traces.containsKey(rank); i++) {
                rank = TraceName.of(trace) + "-" + i;
            }
            traces.put(rank, move(trace, "-" + rank + TraceName.extension(trace)));
        }
        return traces;
    }

    /** vLLM has a table of its own of each trace, empty for the server's process; the next stop would write over it. */
    private void keepVllmsOwnTables() throws IOException {
        for (Path table :
                NewFiles.existing(folder(current.point().folder()), TABLES).list()) {
            if (Files.readString(table).isBlank()) {
                Files.delete(table);
            } else {
                move(table, "-" + TraceName.of(table) + ".profiler_out.txt");
            }
        }
    }

    private Path move(Path from, String ending) throws IOException {
        Path file = file(ending);
        Files.move(from, file);
        files.add(file);
        return file;
    }

    private Path file(String ending) {
        return current.point().file("torch", "-p" + current.iteration() + ending);
    }

    @Override
    public List<ProfilerResult> pointEnded() {
        List<ProfilerResult> ended = List.copyOf(results);
        results.clear();
        return ended;
    }

    @Override
    public List<Path> engineStopped() throws IOException {
        if (current != null) {
            keepWhatCameLate();
        }
        return List.copyOf(files);
    }

    /** What an engine that did not answer in time wrote all the same, until its end; whole or not, it is not read. */
    private void keepWhatCameLate() throws IOException {
        Path folder = folder(current.point().folder());
        if (Files.isDirectory(folder)) {
            for (Path trace : written.list()) {
                move(trace, "-late-" + trace.getFileName());
            }
            keepVllmsOwnTables();
            if (NewFiles.existing(folder, "*").list().isEmpty()) {
                Files.delete(folder);
            }
        }
    }
}
