package io.dyno.engine;

import io.dyno.metrics.RequestRecord;
import java.util.List;
import java.util.Map;

/**
 * Batches of requests in, their records out: what an offline engine can do. One driver serves one load, whose clock starts when the driver is
 * made. Used by one thread at a time.
 */
public interface BatchDriver extends AutoCloseable {
    /** The load's time, ns. */
    long now();

    /**
     * Generates all answers of a batch whose requests are due now, and returns when the last one has ended. With data parallelism request i
     * goes to rank i mod dp; the records of all ranks come back together, in the order of the requests.
     *
     * @param requests at least one, and at least one a rank; their {@code due} is not used
     * @throws EngineException when there will be no answer: the engine ended, gave none in time, talked nonsense, or refused the batch as a
     *     whole ({@code config_error}, the engine's own words)
     * @throws InterruptedException when the thread was interrupted; the engine may still be at work
     */
    Batch generate(List<InferenceRequest> requests) throws EngineException, InterruptedException;

    /** Does not end the engine. */
    @Override
    void close();

    /**
     * What became of a batch.
     *
     * @param start when the engine was asked, ns from the load's start: the due time of all its requests
     * @param end when the engine had given its last answer, ns from the load's start
     * @param records one a request, in the order asked; {@code sent} is when the engine took the request up, {@code target} the rank where
     *     there are several
     * @param unknown what this engine does not tell, by the name in the record, each with the reason
     */
    record Batch(long start, long end, List<RequestRecord> records, Map<String, String> unknown) {
        public Batch {
            records = List.copyOf(records);
            unknown = Map.copyOf(unknown);
        }
    }
}
