package io.dyno.engine;

import io.dyno.metrics.RequestRecord;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A request in, a request record out. One driver serves one load, whose clock starts when the driver is made. */
public interface Driver extends AutoCloseable {
    /** The load's time. */
    Timeline timeline();

    /**
     * Sends a request now. Call it on the timeline only.
     *
     * @param done called once, on the timeline, when the request has ended in any way
     */
    void send(InferenceRequest request, Consumer<RequestRecord> done);

    /** Ends every open request with class {@code interrupted}. Call it on the timeline only. */
    void cut();

    /**
     * Lets time pass until {@code finished} completes: waits in real time, plays events in virtual time.
     *
     * @throws InterruptedException when the thread was interrupted; the load is cut
     */
    void run(CompletionStage<?> finished) throws InterruptedException;

    /** Closes connections. */
    @Override
    void close();
}
