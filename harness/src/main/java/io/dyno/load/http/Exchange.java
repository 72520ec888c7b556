package io.dyno.load.http;

import io.dyno.metrics.RequestRecord;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/** One request on its way through the driver. Lives on the event loop. */
final class Exchange {
    final Answer answer;
    final ConnectionPool pool;
    final byte[] bytes;
    private final Consumer<RequestRecord> done;

    /** Fires when its time is up. */
    Future<?> timer;

    /** Where it is, or null while a connection is being opened. */
    Connection connection;

    /** Whether it was sent a second time, over a fresh connection. */
    boolean retried;

    /** Whether its record has been delivered. */
    boolean delivered;

    Exchange(Answer answer, ConnectionPool pool, byte[] bytes, Consumer<RequestRecord> done) {
        this.answer = answer;
        this.pool = pool;
        this.bytes = bytes;
        this.done = done;
    }

    /** Delivers the record, once. */
    void deliver() {
        if (!delivered) {
            delivered = true;
            if (timer != null) {
                timer.cancel(false);
            }
            done.accept(answer.record());
        }
    }
}
