package io.dyno.profilers.torch;

import io.dyno.engine.EngineHandle;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import io.dyno.profilers.NewFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * vLLM's PyTorch profiler. Every fork's engine is told of it and stays idle until it is started; a profiled iteration lies between start and
 * stop, and vLLM answers the stop when its traces are on disk.
 */
final class TorchProfiler implements Profiler {
    /** vLLM has answered by then: only a file system that lags is waited for. */
    private static final Duration ON_DISK = Duration.ofSeconds(10);

    private static final String TABLE = ".profiler_out.txt";

    private static final String TRACES = "*.pt.trace.json*";

    private final TorchOptions options;
    private final List<ProfilerResult> results = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private ProfiledIteration current;
    private NewFiles written;

    TorchProfiler(TorchOptions options) {
        this.options = options;
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

    @Override
    public void engineReady(EngineHandle engine) {
        files.clear();
    }

    @Override
    public void start(ProfiledIteration iteration) throws Exception {
        Path folder = Files.createDirectories(folder(iteration.point().folder()));
        written = NewFiles.since(folder, TRACES);
        current = iteration;
        iteration.engine().startProfile();
    }

    @Override
    public void stop() throws Exception {
        current.engine().stopProfile(options.flush());
        List<Path> traces = written.settled(ON_DISK);
        if (traces.isEmpty()) {
            throw new IOException("vLLM has stopped profiling but left no trace in "
                    + folder(current.point().folder()) + "; what it said of it is in "
                    + current.engine().log());
        }
        Map<String, Trace> read = new LinkedHashMap<>();
        for (Path trace : traces) {
            String rank = TraceName.of(trace);
            for (int i = 2; read.containsKey(rank); i++) {
                rank = TraceName.of(trace) + "-" + i;
            }
            Path file = file("-" + rank + TraceName.extension(trace));
            Files.move(trace, file);
            files.add(file);
            read.put(rank, TraceReader.read(file));
        }
        OperatorTable table = new OperatorTable(read);
        keepVllmsOwnTables();
        Path text = file("-operators.txt");
        Files.writeString(text, table.text(options.rows()));
        files.add(text);
        table.results()
                .forEach(value -> results.add(new ProfilerResult(Window.Kind.PROFILED, current.iteration(), value)));
    }

    /** vLLM has a table of its own of each trace, empty for the server's process; the next stop would write over it. */
    private void keepVllmsOwnTables() throws IOException {
        Path folder = folder(current.point().folder());
        try (DirectoryStream<Path> tables = Files.newDirectoryStream(folder, "*" + TABLE)) {
            for (Path table : tables) {
                Path file = file("-" + TraceName.of(table) + TABLE);
                if (Files.readString(table).isBlank()) {
                    Files.delete(table);
                } else {
                    Files.move(table, file);
                    files.add(file);
                }
            }
        }
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
    public List<Path> engineStopped() {
        try {
            if (written != null) {
                Files.deleteIfExists(folder(current.point().folder()));
            }
        } catch (IOException e) {
            // something is left in it: it may be of use
        }
        return List.copyOf(files);
    }
}
