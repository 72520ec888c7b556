package io.dyno.profilers.nsys;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.Executables;
import io.dyno.engine.local.LocalLauncher;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code -prof nsys}. */
public final class NsysProvider implements ProfilerProvider {
    private static final String PROGRAM = "nsys";

    @Override
    public String name() {
        return "nsys";
    }

    @Override
    public String description() {
        return "NVIDIA Nsight Systems around the engine: kernels, memory operations, and when the GPU had nothing to do";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("iterations", "1", "profiled iterations of each point"),
                new Option("trace", "cuda,nvtx", "what nsys records, as its --trace"),
                new Option("rows", "20", "rows of the tables"),
                new Option("wait", "1800", "s that nsys may take to write its report"),
                Option.raw("args", "more options of nsys profile, such as --gpu-metrics-devices=all"));
    }

    @Override
    public Optional<String> unsupported() {
        if (LocalLauncher.warning() != null) {
            return Optional.of("nsys must be ended by SIGINT and waited for, which Dyno can do on Linux only");
        }
        return program().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "there is no nsys on the PATH; install NVIDIA Nsight Systems (package nsight-systems-cli),"
                                + " or add its folder to PATH");
    }

    @Override
    public Optional<String> unsupported(EngineChoice engine) {
        return engine.engine() == EngineKind.REMOTE
                ? Optional.of("nsys is put around an engine when it is started, and this one runs already; start it"
                        + " through Dyno instead of -url")
                : Optional.empty();
    }

    @Override
    public String support() {
        return "found " + program().map(Path::toString).orElse(PROGRAM);
    }

    private static Optional<Path> program() {
        return Executables.find(PROGRAM);
    }

    @Override
    public Profiler create(ProfilerOptions options) throws ProfilerException {
        Path program = program().orElseThrow(() -> new ProfilerException("there is no nsys on the PATH any more"));
        return new NsysProfiler(
                Nsys.ask(program),
                options.count("iterations", 1),
                options.text("trace"),
                options.count("rows", 1),
                Duration.ofSeconds(options.integer("wait", 1)),
                options.raw("args"));
    }
}
