package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Timeline;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A server without limits in virtual time: every request takes as long as told, and its tokens come evenly. Remembers what was sent. */
final class FakeDriver implements Driver {
    static final long MS = 1_000_000;

    private final ToLongFunction<InferenceRequest> serviceNanos;
    private final int tokens;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Long, Open> open = new LinkedHashMap<>();
    final List<InferenceRequest> sent = new ArrayList<>();
    FailureClass failWith;
    int mostInFlight;
    private long now;
    private long order;

    private record Event(long at, long order, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event o) {
            return at != o.at ? Long.compare(at, o.at) : Long.compare(order, o.order);
        }
    }

    private record Open(InferenceRequest request, long sent, Consumer<RequestRecord> done) {}

    FakeDriver(long serviceNanos, int tokens) {
        this(r -> serviceNanos, tokens);
    }

    FakeDriver(ToLongFunction<InferenceRequest> serviceNanos, int tokens) {
        this.serviceNanos = serviceNanos;
        this.tokens = tokens;
    }

    @Override
    public Timeline timeline() {
        return new Timeline() {
            @Override
            public long now() {
                return now;
            }

            @Override
            public void at(long atNanos, Runnable task) {
                events.add(new Event(Math.max(now, atNanos), order++, task));
            }
        };
    }

    @Override
    public void send(InferenceRequest request, Consumer<RequestRecord> done) {
        sent.add(request);
        long id = order++;
        open.put(id, new Open(request, now, done));
        mostInFlight = Math.max(mostInFlight, open.size());
        long end = now + serviceNanos.applyAsLong(request);
        timeline().at(end, () -> end(id, failWith));
        timeline().at(request.due() + request.timeoutNanos(), () -> end(id, FailureClass.TIMEOUT));
    }

    private void end(long id, FailureClass failure) {
        Open o = open.remove(id);
        if (o == null) {
            return;
        }
        int arrived = failure == null ? tokens : 0;
        long[] at = new long[arrived];
        int[] counts = new int[arrived];
        for (int i = 0; i < arrived; i++) {
            at[i] = o.sent + (now - o.sent) * (i + 1) / tokens;
            counts[i] = 1;
        }
        o.done.accept(new RequestRecord(
                o.request.slice(),
                o.request.index(),
                o.request.promptHash(),
                o.request.due(),
                null,
                o.sent,
                null,
                arrived == 0 ? null : at[0],
                new Chunks(at, counts, new byte[arrived]),
                now,
                failure == null ? RequestRecord.Outcome.OK : RequestRecord.Outcome.failed(failure, null, "fake"),
                8,
                null,
                arrived,
                TokenSource.ENGINE,
                failure == null ? "length" : null,
                null));
    }

    @Override
    public void cut() {
        List.copyOf(open.keySet()).forEach(id -> end(id, FailureClass.INTERRUPTED));
    }

    @Override
    public void run(CompletionStage<?> finished) throws InterruptedException {
        while (!finished.toCompletableFuture().isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Event event = events.poll();
            if (event == null) {
                throw new IllegalStateException("nothing is left to happen");
            }
            now = event.at;
            event.task.run();
        }
    }

    @Override
    public void close() {}
}
