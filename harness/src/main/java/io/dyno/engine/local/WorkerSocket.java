package io.dyno.engine.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where the ranks of an offline engine connect: a Unix-domain socket in a folder that only this user can enter, which also holds the worker's
 * program. What they say comes out of one queue, in the order of arrival. Closing it removes the folder.
 */
final class WorkerSocket implements AutoCloseable {
    private static final String PROGRAM = "dyno_worker.py";
    private static final String SOCKET = "s"; // short: the path of such a socket has at most 107 bytes

    /** An answer holds some hundred bytes a request; a line beyond this is no message. */
    private static final int LONGEST_LINE = 256 << 20;

    private final ObjectMapper json = new ObjectMapper();
    private final Path folder;
    private final Path program;
    private final ServerSocketChannel listening;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Rank> ranks = new CopyOnWriteArrayList<>();
    private volatile Rank firstLost;
    private volatile boolean closed;

    private WorkerSocket(Path folder, Path program, ServerSocketChannel listening) {
        this.folder = folder;
        this.program = program;
        this.listening = listening;
    }

    /** What came from a rank. */
    sealed interface Event {
        Rank rank();

        /** A message. */
        record Said(Rank rank, ObjectNode message) implements Event {}

        /**
         * Something that is no message; nothing more is read from this rank.
         *
         * @param shown the beginning of it, printable
         */
        record Rubbish(Rank rank, String shown) implements Event {}

        /** Its end. */
        record Lost(Rank rank) implements Event {}
    }

    /** Opens one. */
    static WorkerSocket open() throws IOException {
        Path folder = Files.createTempDirectory("dyno-worker-"); // for its owner only
        try {
            return open(folder);
        } catch (IOException e) {
            Files.deleteIfExists(folder.resolve(SOCKET));
            Files.deleteIfExists(folder.resolve(PROGRAM));
            Files.deleteIfExists(folder);
            throw e;
        }
    }

    private static WorkerSocket open(Path folder) throws IOException {
        Path program = folder.resolve(PROGRAM);
        try (InputStream resource = WorkerSocket.class.getResourceAsStream("/io/dyno/engine/worker/" + PROGRAM)) {
            Files.copy(resource, program, StandardCopyOption.REPLACE_EXISTING);
        }
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(folder.resolve(SOCKET)));
        WorkerSocket socket = new WorkerSocket(folder, program, listening);
        socket.onThread("dyno-worker-accept", socket::accept);
        return socket;
    }

    Path path() {
        return folder.resolve(SOCKET);
    }

    /** The worker's program. */
    Path program() {
        return program;
    }

    /** The next thing that came; null when nothing did in time. */
    Event poll(long timeout, TimeUnit unit) throws InterruptedException {
        return events.poll(timeout, unit);
    }

    /** The rank whose connection ended first, or null while all are there. */
    Rank firstLost() {
        return firstLost;
    }

    private void onThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Rank rank = new Rank(listening.accept());
                ranks.add(rank);
                onThread("dyno-worker-read", () -> read(rank));
            }
        } catch (IOException e) {
            // closed: no more ranks are to come
        }
    }

    private void read(Rank rank) {
        try (InputStream in = new BufferedInputStream(Channels.newInputStream(rank.channel), 1 << 16)) {
            for (String line = line(in); line != null; line = line(in)) {
                ObjectNode message = message(line);
                events.add(message == null ? new Event.Rubbish(rank, shown(line)) : new Event.Said(rank, message));
                if (message == null) {
                    return;
                }
            }
        } catch (IOException e) {
            // the same as its end
        }
        lost(rank);
    }

    private synchronized void lost(Rank rank) {
        if (!closed && firstLost == null) {
            firstLost = rank;
        }
        events.add(new Event.Lost(rank));
    }

    /** Up to the next line feed; null at the end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n' || bytes.size() == LONGEST_LINE) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            bytes.write(b);
        }
        return null;
    }

    private ObjectNode message(String line) {
        try {
            return json.readTree(line) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String shown(String line) {
        String printable = line.replaceAll("[^\\p{Print}]", "?");
        return printable.length() <= 80 ? printable : printable.substring(0, 80) + "…";
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
            for (Rank rank : ranks) {
                rank.channel.close();
            }
            Files.deleteIfExists(path());
            Files.deleteIfExists(program);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.getLogger(WorkerSocket.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} could not be removed: {1}", folder, e.getMessage());
        }
    }

    /** One rank's connection, and what it said of itself. */
    final class Rank {
        private final SocketChannel channel;
        private volatile int number = -1;
        private volatile int world = 1;
        private volatile long pid;
        private volatile ObjectNode ready;

        private Rank(SocketChannel channel) {
            this.channel = channel;
        }

        /** It has said hello. */
        void hello(ObjectNode message) {
            number = message.path("rank").asInt(-1);
            world = message.path("world").asInt(1);
            pid = message.path("pid").asLong();
        }

        /** It is ready, and says what it is. */
        void ready(ObjectNode message) {
            ready = message;
        }

        int number() {
            return number;
        }

        int world() {
            return world;
        }

        /** What it said when it was ready; null before. */
        ObjectNode ready() {
            return ready;
        }

        /** {@code rank 1 of 2 (pid 4711)}. */
        String text() {
            return "rank " + number + " of " + world + " (pid " + pid + ")";
        }

        /** Sends a message. */
        synchronized void send(ObjectNode message) throws IOException {
            ByteBuffer line =
                    ByteBuffer.wrap((json.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line); // not through a stream: those of one channel block each other
            }
        }
    }
}
