package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An offline engine's worker as a real process, and Dyno's end of its socket: plain, so that the bytes are seen. The simulator's or the real one. */
public final class WorkerProcess implements AutoCloseable {
    /** In an argv: the socket's path. */
    public static final String SOCKET = "{socket}";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a connection's queue holds at its end. */
    private static final String END = "\n";

    private static final List<String> JVM_FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Path folder;
    private final ServerSocketChannel listening;
    private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    private final Process process;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<Void> logEnd = new CompletableFuture<>();
    private final long patienceSeconds;

    /**
     * Listens and starts.
     *
     * @param argv with {@link #SOCKET}
     * @param patienceSeconds how long each answer may take
     */
    public WorkerProcess(List<String> argv, Map<String, String> environment, long patienceSeconds) throws IOException {
        this.patienceSeconds = patienceSeconds;
        folder = Files.createTempDirectory("dyno-worker");
        Path socket = folder.resolve("s");
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        ProcessBuilder builder = new ProcessBuilder(argv.stream()
                        .map(word -> word.replace(SOCKET, socket.toString()))
                        .toList())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("DYNO_") || name.startsWith("VLLM_"));
        builder.environment().putAll(environment);
        process = builder.start();
        daemon("accepts workers", this::accept);
        daemon("log of the worker", this::readLog);
    }

    /** The simulated worker with Qwen3-0.6B and a context of 2,048 tokens. */
    public static WorkerProcess simulated(String machine, String... flags) throws IOException {
        return simulated(List.of(), machine, Map.of(), flags);
    }

    /** Several of them under the simulator's torchrun. */
    public static WorkerProcess torchrun(int processes, String machine, String... flags) throws IOException {
        return simulated(List.of("torchrun", "--nproc-per-node=" + processes), machine, Map.of(), flags);
    }

    /** The same with more of an environment. */
    public static WorkerProcess simulated(
            List<String> before, String machine, Map<String, String> environment, String... flags) throws IOException {
        List<String> argv = new ArrayList<>(
                JavaCommand.of(JVM_FLAGS, System.getProperty("java.class.path"), "io.dyno.engine.sim.SimMain"));
        argv.addAll(before);
        argv.addAll(List.of("worker", "--socket", SOCKET, "--model", "Qwen/Qwen3-0.6B", "--max-model-len", "2048"));
        argv.addAll(List.of(flags));
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("DYNO_SIM", machine);
        all.put("HF_HUB_CACHE", "/nonexistent");
        return new WorkerProcess(argv, all, 60);
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                connections.add(new Connection(listening.accept()));
            }
        } catch (IOException e) {
            // Closed: nobody is waited for any more.
        }
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.add(line);
                }
            }
        } catch (IOException e) {
            // The process was killed: its log ends here.
        } finally {
            logEnd.complete(null);
        }
    }

    /** The next worker that connects. */
    public Connection connection() throws InterruptedException {
        Connection connection = connections.poll(patienceSeconds, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no worker has connected: " + log());
        }
        return connection;
    }

    /** The same when it has said hello and is ready. */
    public Connection ready() throws Exception {
        Connection connection = connection();
        connection.hello = connection.message();
        connection.ready = connection.message();
        if (!connection.ready.path("event").asText().equals("ready")) {
            throw new AssertionError("not ready: " + connection.ready + "\n" + log());
        }
        return connection;
    }

    public Process process() {
        return process;
    }

    /** Waits for its end. */
    public int exitCode() throws Exception {
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the worker did not end: " + log());
        }
        logEnd.get(patienceSeconds, TimeUnit.SECONDS);
        return process.exitValue();
    }

    public String log() {
        synchronized (log) {
            return String.join("\n", log);
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        listening.close();
        Files.deleteIfExists(folder.resolve("s"));
        Files.deleteIfExists(folder);
    }

    /** One worker's connection. */
    public final class Connection {
        private final SocketChannel channel;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private JsonNode hello;
        private JsonNode ready;
        private int asked;

        private Connection(SocketChannel channel) {
            this.channel = channel;
            daemon("reads a worker", this::read);
        }

        private void read() {
            try (BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                // It was killed: nothing more comes.
            } finally {
                lines.add(END);
            }
        }

        public JsonNode hello() {
            return hello;
        }

        /** What it said when it was ready. */
        public JsonNode description() {
            return ready;
        }

        /** The next line as it came; empty when none comes any more. */
        public java.util.Optional<String> line() throws InterruptedException {
            String line = lines.poll(patienceSeconds, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("the worker says nothing: " + log());
            }
            return line.equals(END) ? java.util.Optional.empty() : java.util.Optional.of(line);
        }

        /** Nothing came within that time. */
        public boolean silent(long millis) throws InterruptedException {
            return lines.poll(millis, TimeUnit.MILLISECONDS) == null;
        }

        private JsonNode message() throws Exception {
            return JSON.readTree(line().orElseThrow(() -> new AssertionError("the worker is gone: " + log())));
        }

        /** Sends a line. */
        public void send(String line) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Sends a command under an id of its own. */
        public int tell(String command) throws IOException {
            ObjectNode json = (ObjectNode) JSON.readTree(Exchange.filled(command, "", ""));
            send(json.put("id", ++asked).toString());
            return asked;
        }

        /** Sends a command and waits for its answer, without the id, which it checks. */
        public JsonNode ask(String command) throws Exception {
            int id = tell(command);
            ObjectNode answer = (ObjectNode) message();
            if (answer.remove("id").asInt() != id) {
                throw new AssertionError("the answer to another command than " + id + ": " + answer);
            }
            return answer;
        }

        public void close() throws IOException {
            channel.close();
        }
    }
}
