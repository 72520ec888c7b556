package io.dyno.engine.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simulator as a real process on a free port, as the launcher would start it. */
public final class SimProcess implements AutoCloseable {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENS = Pattern.compile("Starting vLLM server on http://127\\.0\\.0\\.1:(\\d+)");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<Integer> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> logEnd = new CompletableFuture<>();
    private final HttpClient client = HttpClient.newHttpClient();

    public SimProcess(Map<String, String> environment, String... arguments) throws IOException {
        // A Maven that was started in the background of a shell leaves SIGINT ignored, and the simulator would too.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "io.dyno.engine.sim.SimMain"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("DYNO_") || name.startsWith("VLLM_"));
        builder.environment().putAll(environment);
        process = builder.start();
        Thread reader = new Thread(this::read, "log of the simulator");
        reader.setDaemon(true);
        reader.start();
    }

    /** Serves a small model under the name {@code tiny}, with endpoints for development. */
    public static SimProcess serving(String machine, String... flags) throws Exception {
        return servingModel("Qwen/Qwen3-0.6B", machine, flags);
    }

    /** The same with another model: its id, or a folder with its {@code config.json}. */
    public static SimProcess servingModel(String model, String machine, String... flags) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("serve", model, "--port", "0", "--served-model-name", "tiny", "--max-model-len", "2048"));
        arguments.addAll(List.of(flags));
        SimProcess sim = new SimProcess(
                Map.of("DYNO_SIM", machine, "VLLM_SERVER_DEV_MODE", "1", "HF_HUB_CACHE", "/nonexistent"),
                arguments.toArray(String[]::new));
        sim.port();
        return sim;
    }

    /** Where it listens. */
    public URI url() throws Exception {
        return URI.create("http://127.0.0.1:" + port());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int port = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.add(line);
                }
                Matcher listens = LISTENS.matcher(line);
                if (listens.find()) {
                    port = Integer.parseInt(listens.group(1));
                }
                if (line.contains("Application startup complete")) {
                    ready.complete(port);
                }
            }
        } catch (IOException e) {
            // The process was killed: its log ends here.
            ready.completeExceptionally(e);
        } finally {
            ready.completeExceptionally(new IllegalStateException("the simulator ended before it was ready: " + log()));
            logEnd.complete(null);
        }
    }

    /** Waits until it is ready. */
    public int port() throws Exception {
        return ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public Process process() {
        return process;
    }

    /** Sends a signal: {@code INT}, {@code TERM}. {@link Process#destroy} would close our end of the log too. */
    public void signal(String name) throws Exception {
        int sent = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(sent).as("kill -%s finds the simulator", name).isZero();
    }

    /** Waits for its end and returns the exit code. */
    public int exitCode() throws Exception {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the simulator did not end: " + log());
        }
        logEnd.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.exitValue();
    }

    public String log() {
        synchronized (log) {
            return String.join("\n", log);
        }
    }

    public HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The answer's body as it comes. */
    public InputStream stream(String path, String body) throws Exception {
        return client.send(
                        request(path)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    public JsonNode json(String path, String body) throws Exception {
        return JSON.readTree(post(path, body).body());
    }

    private HttpRequest.Builder request(String path) throws Exception {
        return HttpRequest.newBuilder(url().resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
