package io.dyno.profilers.viztracer;

import io.dyno.engine.EngineChoice;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code -prof viztracer}. */
public final class VizTracerProvider implements ProfilerProvider {
    private static final long SECONDS_TO_LOOK = 30;

    /**
     * Ends with 3 when there is no such package. Dyno's working directory, where {@code -c} looks first, is no place of the engine's, and a folder
     * of that name without a module in it is no package.
     */
    static final String LOOK = """
            import sys
            if sys.path[:1] == [""]:
                del sys.path[0]
            import importlib.util
            found = importlib.util.find_spec("viztracer")
            sys.exit(0 if found is not None and found.origin is not None else 3)
            """;

    @Override
    public String name() {
        return "viztracer";
    }

    @Override
    public String description() {
        return "VizTracer in each Python process of the engine: every function call, for Perfetto or vizviewer";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("iterations", "1", "profiled iterations of each point"),
                new Option("entries", "1000000", "function calls that each process keeps: the last ones"),
                new Option("depth", "-1", "calls nested deeper are left out; -1 means none are"),
                new Option("min_duration", "0", "us; shorter calls are left out"),
                new Option("c_functions", "true", "calls of built-in functions too"),
                new Option("torch", "true", "operators of PyTorch too, by its own profiler"),
                new Option("flush", "600", "s that the processes may take to write their traces"));
    }

    @Override
    public Optional<String> unsupported(EngineChoice engine) {
        return switch (engine.engine()) {
            case SIM -> Optional.of("the simulator is no Python program; name a vLLM with -vllm");
            case REMOTE ->
                Optional.of("VizTracer has to be there when an engine starts, and this one runs already;"
                        + " start it through Dyno instead of -url");
            case VLLM -> missing(engine.worker().get(0), engine.env());
        };
    }

    /** With the environment that the engine's Python will have. */
    private static Optional<String> missing(String python, Map<String, String> env) {
        ProcessBuilder look = new ProcessBuilder(python, "-c", LOOK)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        look.environment().putAll(env);
        try {
            Process process = look.start();
            if (!process.waitFor(SECONDS_TO_LOOK, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of(python + " did not answer within " + SECONDS_TO_LOOK + " s");
            }
            return switch (process.exitValue()) {
                case 0 -> Optional.empty();
                case 3 ->
                    Optional.of("the Python of this vLLM has no package viztracer; install it: " + python
                            + " -m pip install viztracer");
                default -> Optional.of(python + ", the Python of this vLLM, ended with " + process.exitValue());
            };
        } catch (IOException e) {
            return Optional.of("the Python of this vLLM cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while " + python + " was asked for the package viztracer");
        }
    }

    @Override
    public String support() {
        return "asks the Python of the chosen vLLM for the package";
    }

    @Override
    public Profiler create(ProfilerOptions options) throws ProfilerException {
        return new VizTracerProfiler(
                options.count("iterations", 1),
                new VizTracerProfiler.Recording(
                        options.integer("entries", 1),
                        options.integer("depth", -1),
                        options.integer("min_duration", 0),
                        options.flag("c_functions"),
                        options.flag("torch")),
                Duration.ofSeconds(options.integer("flush", 1)));
    }
}
