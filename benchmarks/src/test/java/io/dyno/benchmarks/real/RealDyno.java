package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.benchmarks.Offspring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One run of benchmarks.jar as a process, on the real vLLM and a tiny real model. Closing it ends what is left of it. */
final class RealDyno implements AutoCloseable {
    /** A start of vLLM takes about 40 s on two free cores. */
    static final Duration SOON = Duration.ofMinutes(5);

    /** A run may start three of them, on a machine that does other things too; a test's own limit comes before where it is shorter. */
    private static final Duration END = Duration.ofMinutes(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Small enough for two cores and little memory, of which vLLM's CPU build would want 92 % free. */
    private static final List<String> SMALL = List.of(
            "-p",
            "maxModelLen=2048",
            "-p",
            "enforceEager=true",
            "-p",
            "gpuMemoryUtilization=0.3",
            "-p",
            "outputLen=16",
            "-f",
            "1");

    /** A window that is void because of the client. */
    private static final Pattern CLIENT = Pattern.compile("\"void\".*(send_lag|client_stall|client_late|client_gc)");

    private final String mark = UUID.randomUUID().toString();
    private final Path folder;
    private final Process process;

    private RealDyno(Path folder, Map<String, String> environment, List<String> arguments) throws IOException {
        this.folder = folder;
        // Maven may have been started in the background of a shell: its children then ignore SIGINT, and so would Dyno.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(Path.of("target", "benchmarks.jar").toAbsolutePath().toString());
        command.addAll(arguments);
        command.addAll(List.of("-results", folder.resolve("results").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().putAll(RealVllm.ENVIRONMENT);
        builder.environment().putAll(environment);
        builder.environment().put(Offspring.VARIABLE, mark);
        process = builder.start();
        process.getOutputStream().close();
    }

    /**
     * Starts a benchmark on the real engine, with a model and answers that are small.
     *
     * @param folder takes console and results
     * @param arguments the benchmark's name and what the test adds; what is written twice holds as it is written last
     */
    static RealDyno start(Path folder, String... arguments) throws IOException {
        return start(folder, Map.of(), arguments);
    }

    /** As {@link #start(Path, String...)}, with more in Dyno's environment. */
    static RealDyno start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(1, SMALL);
        all.addAll(1, List.of("-vllm", RealVllm.home().toString(), "-p", "model=" + RealVllm.model()));
        return new RealDyno(folder, environment, all);
    }

    /** Starts Dyno with these arguments and no others. */
    static RealDyno startWith(Path folder, List<String> arguments) throws IOException {
        return new RealDyno(folder, Map.of(), arguments);
    }

    /** Waits for its end. */
    int exit() throws InterruptedException {
        assertThat(process.waitFor(END.toSeconds(), TimeUnit.SECONDS))
                .as("it ended within %s\n%s", END, console())
                .isTrue();
        return process.exitValue();
    }

    /**
     * Waits for its end, which must be a good one. The exception is a machine on which the engine left the client no processor: windows that are
     * void for the client's sake, as the journal says, are what Dyno promises there, and no failure of these tests.
     *
     * @return whether every point has its numbers
     */
    boolean measured() throws IOException, InterruptedException {
        int exit = exit();
        boolean starved = exit == 1 && CLIENT.matcher(journal()).find();
        for (JsonNode point : results().at("/benchmarks")) {
            assertThat(point.at("/status").asText())
                    .as("%s", console())
                    .isIn(starved ? List.of("ok", "void") : List.of("ok"));
        }
        assertThat(exit).as("%s", console()).isEqualTo(starved ? 1 : 0);
        return !starved;
    }

    long pid() {
        return process.pid();
    }

    /** Command lines, process ids in front, of Dyno and of all that it started and that lives. */
    List<String> alive() {
        return Offspring.of(mark);
    }

    String console() {
        return text(folder.resolve("console.txt"));
    }

    String journal() {
        return text(file("journal.jsonl"));
    }

    /** results.json. */
    JsonNode results() throws IOException {
        assertThat(file("results.json")).as("console:\n%s", console()).exists();
        return JSON.readTree(file("results.json").toFile());
    }

    /** A file of the run. */
    Path file(String name) {
        return folder.resolve("results/latest").resolve(name);
    }

    /** All that the run's files hold, logs too, but for what is compressed. */
    List<Path> files() throws IOException {
        try (var walk = Files.walk(folder.resolve("results/latest").toRealPath())) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
