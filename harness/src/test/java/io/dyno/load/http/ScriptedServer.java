package io.dyno.load.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An OpenAI server on raw sockets that answers each request by the next script: bytes at times relative to the arrival of the request. It notes
 * when it wrote what, so that what a client claims can be held against what happened.
 */
final class ScriptedServer implements AutoCloseable {
    /** What a script does after its bytes. */
    enum Then {
        KEEP,
        CLOSE,
        RESET
    }

    /** Bytes at a time after the request. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Step(long atMillis, byte[] bytes) {
        static Step of(long atMillis, String text) {
            return new Step(atMillis, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** An answer. */
    record Script(List<Step> steps, Then then) {}

    /** A request as it came, and {@link System#nanoTime} before each step's write. */
    record Seen(String head, String body, List<Long> writtenAt) {}

    final List<Seen> seen = new ArrayList<>();
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger accepted = new AtomicInteger();
    /** Answers when the scripts have run out; null answers nothing. */
    volatile Script always;

    ScriptedServer() throws IOException {
        daemon(this::accept);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    void next(Then then, Step... steps) {
        scripts.add(new Script(List.of(steps), then));
    }

    // ---- what scripts are made of ----

    static String head() {
        return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
    }

    /** One HTTP chunk. */
    static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    static String event(String json) {
        return chunk("data: " + json + "\n\n");
    }

    static String done() {
        return chunk("data: [DONE]\n\n") + "0\r\n\r\n";
    }

    /** A completion chunk with cumulative usage. */
    static String token(String text, int completionTokens) {
        return event("{\"choices\":[{\"index\":0,\"text\":\"" + text
                + "\",\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":3," + "\"completion_tokens\":"
                + completionTokens + "}}");
    }

    static String status(int code, String reason, String json) {
        return "HTTP/1.1 " + code + " " + reason + "\r\ncontent-type: application/json\r\ncontent-length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json;
    }

    // ---- the server ----

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                connections.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            closed.countDown();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            while (true) {
                String head = head(in);
                if (head == null) {
                    return;
                }
                long start = System.nanoTime();
                String body = new String(in.readNBytes(contentLength(head)), StandardCharsets.UTF_8);
                Script script = scripts.poll();
                List<Long> times = new ArrayList<>();
                synchronized (seen) {
                    seen.add(new Seen(head, body, times));
                }
                if (!play(script == null ? always : script, socket, start, times)) {
                    return;
                }
            }
        } catch (IOException e) {
            // the client has gone
        } finally {
            connections.remove(socket);
        }
    }

    private static boolean play(Script script, Socket socket, long start, List<Long> times) throws IOException {
        if (script == null) {
            return true;
        }
        OutputStream out = socket.getOutputStream();
        for (Step step : script.steps()) {
            long due = start + step.atMillis() * 1_000_000;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            synchronized (times) {
                times.add(System.nanoTime());
            }
            out.write(step.bytes());
            out.flush();
        }
        if (script.then() == Then.RESET) {
            socket.setSoLinger(true, 0);
        }
        return script.then() == Then.KEEP;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(l -> l.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(l -> Integer.parseInt(l.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : connections) {
                socket.close();
            }
            closed.await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
