package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.local.Companion;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.result.BenchServeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs of {@code vllm bench serve} with one point's load: each a process, its output a log, its result a file. */
final class BenchServe {
    private static final int LAST_LINES = 8;

    private final RunContext run;
    private final EngineConfiguration configuration;
    private final EngineHandle engine;
    private final Point point;
    private final Map<String, Object> sampling;
    private final CrosscheckFiles files;
    private List<String> command = List.of();

    BenchServe(
            RunContext run,
            EngineConfiguration configuration,
            EngineHandle engine,
            Point point,
            Map<String, Object> sampling,
            CrosscheckFiles files) {
        this.run = run;
        this.configuration = configuration;
        this.engine = engine;
        this.point = point;
        this.sampling = sampling;
        this.files = files;
    }

    /** The last argv; empty before the first run. */
    List<String> command() {
        return command;
    }

    /**
     * One run.
     *
     * @param requests lines of the file of prompts
     * @param seed of the arrivals
     * @param name of the run
     * @param patience after which it is killed
     * @throws IOException when it cannot be started, fails, hangs or leaves no result; the message says which, with its last words
     */
    BenchServeFile run(int requests, int seed, String name, Duration patience)
            throws IOException, InterruptedException {
        Path result = files.result(name);
        Path log = files.log(name);
        Files.deleteIfExists(result); // of an attempt before a resume
        Files.deleteIfExists(log);
        command = BenchServeArguments.of(
                run.preparation().choice().command(),
                engine.info(),
                configuration,
                point,
                sampling,
                new BenchServeArguments.Files(files.prompts(), requests, result, seed));
        ProcessSpec process = new ProcessSpec(0, ProcessSpec.Role.SINGLE, command, environment());
        Optional<ProcessExit> exit = Companion.run(process, log, patience);
        if (exit.isEmpty()) {
            throw new IOException("vllm bench serve had not ended after " + patience.toSeconds()
                    + " s and was killed; its log is " + files.relative(log));
        }
        if (!Integer.valueOf(0).equals(exit.get().code())) {
            throw new IOException("vllm bench serve ended with " + exit.get().text() + "; " + lastWords(log));
        }
        if (!Files.exists(result)) {
            throw new IOException("vllm bench serve left no result; " + lastWords(log));
        }
        if (!run.options().keepText()) {
            BenchServeFile.forgetTexts(result);
        }
        return BenchServeFile.read(result);
    }

    /**
     * Its HTTP client obeys the proxies of the environment, which are not for a server on this machine; and the key that it sends is that of
     * {@code OPENAI_API_KEY}, whatever the engine demands.
     */
    private Map<String, String> environment() {
        String server = engine.baseUrl().getHost();
        Map<String, String> env = new TreeMap<>(Map.of("no_proxy", server, "NO_PROXY", server));
        String authorization = engine.headers().get("Authorization");
        if (authorization != null) {
            env.put("OPENAI_API_KEY", authorization.replaceFirst("^Bearer ", ""));
        }
        return env;
    }

    private String lastWords(Path log) throws IOException {
        List<String> lines =
                Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        return files.relative(log) + (last.isEmpty() ? " is empty" : " ends:\n    " + String.join("\n    ", last));
    }
}
