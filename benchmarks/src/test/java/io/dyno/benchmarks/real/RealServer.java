package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.benchmarks.Offspring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real {@code vllm serve} of the tiny model, without Dyno: on a free port of loopback, named {@code tiny}, 2,048 tokens long, with the
 * endpoints for development.
 *
 * <p>A start takes about 40 s. A test class that only needs a server to ask takes the one that all such classes share: it says
 * {@code @ExtendWith(RealServer.Shared.class)} and takes a parameter {@code RealServer server}, in its constructor or in a test. It must leave
 * that server as it found it.
 */
final class RealServer implements AutoCloseable {
    private static final String NAME = "tiny";
    private static final int MAX_MODEL_LEN = 2048;

    /** For its end on a busy machine, where an idle one needs a few seconds; after that long it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final String mark = UUID.randomUUID().toString();
    private final int port;
    private final Path log;
    private final Process process;

    private RealServer(Path log, int port) throws IOException {
        this.log = log;
        this.port = port;
        Files.createDirectories(log.getParent());
        // Maven may have been started in the background of a shell: its children then ignore SIGINT, and so would vLLM.
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "env",
                        "--default-signal=INT",
                        // In a session of its own, by which its processes are found: they write over their environment.
                        "setsid",
                        RealVllm.executable().toString(),
                        "serve",
                        RealVllm.model().toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--served-model-name",
                        NAME,
                        "--max-model-len",
                        String.valueOf(MAX_MODEL_LEN),
                        "--gpu-memory-utilization", // of the machine's memory, in this build
                        "0.3",
                        "--enforce-eager"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VLLM_"));
        builder.environment().putAll(RealVllm.ENVIRONMENT);
        builder.environment().put("VLLM_SERVER_DEV_MODE", "1");
        builder.environment().put(Offspring.VARIABLE, mark);
        process = builder.start();
        process.getOutputStream().close();
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param name of its log: {@code target/real/NAME.log}
     */
    static RealServer start(String name) throws IOException, InterruptedException {
        Path log = Path.of("target", "real", name + ".log").toAbsolutePath();
        RealServer server = new RealServer(log, freePort());
        try {
            server.awaitReady();
            return server;
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitReady() throws InterruptedException {
        assertThat(Offspring.await(RealDyno.SOON, () -> !process.isAlive() || healthy()))
                .as("vLLM was ready within %s\n%s", RealDyno.SOON, log())
                .isTrue();
        assertThat(process.isAlive()).as("vLLM lives\n%s", log()).isTrue();
    }

    private boolean healthy() {
        HttpRequest request = HttpRequest.newBuilder(url().resolve("/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for vLLM", e);
        }
    }

    /** {@code http://127.0.0.1:PORT}, without a path. */
    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The name under which the model is served. */
    String model() {
        return NAME;
    }

    /** All that was logged so far. */
    String log() {
        return RealDyno.text(log);
    }

    /** Command lines, process ids in front, of all its processes that live. */
    List<String> alive() {
        return Offspring.of(mark);
    }

    /** Sends a signal to the API server, the parent of the others: {@code INT}, {@code TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        int sent = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(sent).as("kill -%s finds the API server", name).isZero();
    }

    /** Waits for the API server's end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS))
                .as("vLLM ended within %s\n%s", GRACE, log())
                .isTrue();
        return process.exitValue();
    }

    /** Ends it with SIGTERM, and kills what is left of it after a grace. */
    @Override
    public void close() {
        process.destroy();
        if (!Offspring.await(GRACE, () -> alive().isEmpty())) {
            alive().forEach(line -> ProcessHandle.of(Long.parseLong(line.substring(0, line.indexOf(' '))))
                    .ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** Hands the one server that test classes share to whoever takes a {@link RealServer}: started for the first, ended after the last test of all. */
    static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RealServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(RealServer.class))
                    .computeIfAbsent(RealServer.class, key -> startShared(), RealServer.class);
        }

        private static RealServer startShared() {
            try {
                return start("server");
            } catch (IOException e) {
                throw new AssertionError("vLLM cannot be started: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while vLLM started", e);
            }
        }
    }
}
