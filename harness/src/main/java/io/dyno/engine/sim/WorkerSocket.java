package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The worker's end of the socket on which Dyno listens: one JSON object a line, both ways. One thread reads; any may send. The channel is read
 * and written itself, because streams over it would make a writer wait for the reader.
 */
final class WorkerSocket {
    private final SocketChannel channel;
    private final byte[] in = new byte[1 << 16];
    private int from;
    private int to;

    private WorkerSocket(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody listens there
     */
    static WorkerSocket connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(path));
        return new WorkerSocket(channel);
    }

    /** The next line without its end; null when Dyno has closed its end. */
    byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int end = from;
            while (end < to && in[end] != '\n') {
                end++;
            }
            line.write(in, from, end - from);
            from = end + 1;
            if (end < to) {
                return line.toByteArray();
            }
            to = channel.read(ByteBuffer.wrap(in));
            from = 0;
            if (to < 0) {
                return null;
            }
        }
    }

    void send(JsonNode message) throws IOException {
        send(message + "\n");
    }

    /** Sends bytes as they are, whatever they mean. */
    synchronized void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
