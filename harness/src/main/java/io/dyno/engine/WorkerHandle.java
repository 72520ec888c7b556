package io.dyno.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running offline engine: no server, but a worker process (one a rank) that takes commands over a socket. */
public interface WorkerHandle extends EngineHandle {
    /**
     * Begins a load.
     *
     * @param timeout how long a batch may take before the engine is taken for hung
     * @param keepText whether prompts and answers are wanted in the records
     */
    BatchDriver open(Duration timeout, boolean keepText);

    /** How many replicas share a batch: a batch needs at least so many requests. */
    int dataParallelSize();

    /**
     * Tokens of a chat request of one user message, chat template included.
     *
     * @throws IOException when the engine cannot say
     */
    int countChatTokens(String text) throws IOException, InterruptedException;

    /**
     * What each replica has counted since its start, as text in Prometheus' format: what a server tells at {@code /metrics}. Between batches
     * only; while one runs, this waits for its end.
     *
     * @throws IOException when the engine does not tell
     */
    List<String> metrics() throws IOException, InterruptedException;

    /**
     * What the start took as the engine itself says, s, by name: {@code init} (its constructor), {@code model_load}, {@code compilation}; what
     * it does not say is absent.
     */
    Map<String, Double> startSeconds();
}
