package io.dyno.load.http;

import io.dyno.engine.Driver;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Timeline;
import io.dyno.load.HealthProbe;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests over HTTP/1.1, with or without TLS, to OpenAI-compatible servers, answers as server-sent events. One event-loop thread is the load's
 * timeline; it does nothing but what a load needs. Timestamps are {@link System#nanoTime}, taken when bytes are handed to the socket and when
 * they arrive.
 *
 * <p>Several servers get requests in turn, in the order of sending, whatever they still have to do: a record then names its server.
 *
 * <p>A request that was sent over a connection used before, and whose connection is closed before a byte of an answer, is sent once more over
 * a fresh one to the same server: servers close idle connections whenever they like. Its first sending counts.
 */
public final class HttpDriver implements Driver {
    private static final long NOBODY_WAITS = Long.MAX_VALUE;
    private static final int SCRATCH = 64 * 1024;

    private final RequestEncoder encoder;
    private final ClientLoop client = new ClientLoop();
    private final List<ConnectionPool> pools;
    private final LoopTimeline timeline = client.timeline();
    private final LoopHealth health;
    private final EventLoop loop = client.loop();
    private final StreamEvent scratch;
    private final Set<Exchange> open = new LinkedHashSet<>();
    private final Map<Place, byte[]> prepared = new ConcurrentHashMap<>();

    /** When the server was last heard of, or when the oldest open request was sent after that; written on the event loop only. */
    private volatile long silentSince = NOBODY_WAITS;
    /** Requests sent so far: the next one goes to the next server. */
    private long dealt;

    /** A prompt's place: what identifies a request before it is due. */
    private record Place(String slice, int index) {}

    private HttpDriver(HttpTarget target) {
        encoder = new RequestEncoder(target);
        scratch = new StreamEvent(target.keepText());
        byte[] copied = new byte[SCRATCH];
        Ends ends = new Ends();
        pools = target.urls().stream()
                .map(url -> new ConnectionPool(new ServerAddress(url, target.headers()), client, ends, copied))
                .toList();
        health = new LoopHealth(loop);
    }

    /**
     * Opens a driver: connections are opened ahead as far as the server takes them, then the load's clock starts.
     *
     * @throws InterruptedException when the thread was interrupted; nothing is left open
     */
    public static HttpDriver open(HttpTarget target) throws InterruptedException {
        HttpDriver driver = new HttpDriver(target);
        try {
            driver.openAhead(target.connections());
        } catch (InterruptedException e) {
            driver.close();
            throw e;
        }
        driver.timeline.startNow();
        return driver;
    }

    private void openAhead(int connections) throws InterruptedException {
        int each = (connections + pools.size() - 1) / pools.size();
        CountDownLatch pending = new CountDownLatch(each * pools.size());
        loop.execute(() -> pools.forEach(pool -> pool.openAhead(each, pending)));
        pending.await();
    }

    @Override
    public Timeline timeline() {
        return timeline;
    }

    /** The client's own state. */
    public HealthProbe health() {
        return health;
    }

    /** The transport in use: {@code epoll} or {@code nio}. */
    public String transport() {
        return client.transport();
    }

    /**
     * Encodes a request before it is due; a later {@link #send} of the same slice and index only hands the bytes over. Safe from any thread.
     *
     * @throws IllegalArgumentException when the endpoint cannot take the prompt
     */
    public void prepare(InferenceRequest request) {
        prepared.put(new Place(request.slice(), request.index()), encoder.encode(request));
    }

    @Override
    public void send(InferenceRequest request, Consumer<RequestRecord> done) {
        byte[] bytes = prepared.remove(new Place(request.slice(), request.index()));
        ConnectionPool pool = pools.get((int) (dealt++ % pools.size()));
        String server = pools.size() == 1 ? null : pool.server().url().toString();
        Exchange exchange = new Exchange(
                new Answer(request, server, scratch), pool, bytes == null ? encoder.encode(request) : bytes, done);
        open.add(exchange);
        if (silentSince == NOBODY_WAITS) {
            silentSince = timeline.now();
        }
        long left = request.due() + request.timeoutNanos() - timeline.now();
        exchange.timer = loop.schedule(() -> timeOut(exchange), Math.max(0, left), TimeUnit.NANOSECONDS);
        transmit(exchange, pool.takeIdle());
    }

    /** Over {@code idle}, or over a fresh connection when it is null. */
    private void transmit(Exchange exchange, Connection idle) {
        if (idle != null) {
            idle.send(exchange);
            return;
        }
        exchange.pool.connect((connection, failure) -> {
            if (exchange.delivered) {
                if (connection != null) {
                    exchange.pool.putIdle(connection);
                }
            } else if (connection == null) {
                fail(exchange, FailureClass.HTTP_ERRORS, "no connection to the server: " + failure);
            } else {
                exchange.answer.connected(timeline.now());
                connection.send(exchange);
            }
        });
    }

    private void timeOut(Exchange exchange) {
        long millis = exchange.answer.request().timeoutNanos() / 1_000_000;
        giveUp(exchange, FailureClass.TIMEOUT, "no end within " + millis + " ms of its due time");
    }

    private void giveUp(Exchange exchange, FailureClass type, String detail) {
        if (exchange.delivered) {
            return;
        }
        if (exchange.connection != null) {
            exchange.connection.drop(); // the server learns by it that nobody waits any more
        }
        fail(exchange, type, detail);
    }

    private void fail(Exchange exchange, FailureClass type, String detail) {
        exchange.answer.fail(type, detail, timeline.now());
        finish(exchange);
    }

    private void finish(Exchange exchange) {
        open.remove(exchange);
        if (open.isEmpty()) {
            silentSince = NOBODY_WAITS;
        }
        exchange.deliver();
    }

    @Override
    public void cut() {
        for (Exchange exchange : List.copyOf(open)) {
            giveUp(exchange, FailureClass.INTERRUPTED, "cut: the load had ended");
        }
    }

    @Override
    public void run(CompletionStage<?> finished) throws InterruptedException {
        try {
            finished.toCompletableFuture().get();
        } catch (InterruptedException e) {
            loop.execute(this::cut);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        health.stop();
        prepared.clear();
        client.close();
    }

    /**
     * How long requests have been open without a byte of any answer's body; 0 while none is. Safe from any thread.
     *
     * @return ns
     */
    public long silentNanos() {
        long since = silentSince;
        return since == NOBODY_WAITS ? 0 : Math.max(0, timeline.now() - since);
    }

    private final class Ends implements Connection.Owner {
        @Override
        public void heard(long now) {
            silentSince = open.isEmpty() ? NOBODY_WAITS : now;
        }

        @Override
        public void over(Exchange exchange) {
            finish(exchange);
        }

        @Override
        public void idle(Connection connection) {
            connection.pool().putIdle(connection);
        }

        @Override
        public void lost(Connection connection, Exchange exchange, String why) {
            connection.pool().lost(connection);
            if (exchange == null || exchange.delivered) {
                return;
            }
            if (!exchange.answer.hasBegun() && connection.wasUsed() && !exchange.retried) {
                exchange.retried = true;
                exchange.connection = null;
                transmit(exchange, null);
                return;
            }
            String when = exchange.answer.hasBegun() ? " in the middle of the answer" : " before an answer";
            fail(exchange, FailureClass.HTTP_ERRORS, why + when);
        }
    }
}
