package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The offline engine in virtual time, in this process: the core behind {@code SimMain worker}, without socket and processes. A batch of hours
 * takes milliseconds, and its records have the times that the worker's would have. Faults of the machine are not played.
 */
public final class VirtualBatchDriver implements BatchDriver {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OfflineEngine engine;
    private final boolean keepText;
    private long now;

    /**
     * A new engine, started now, empty, at time 0.
     *
     * @param config made for {@link SimConfig.Use#OFFLINE}
     * @param start which start of the engine this is, such as the fork's number: with the machine's seed it decides how fast it is where
     *     {@code engine-cv} is set
     * @param keepText whether prompts and answers are wanted in the records
     */
    public VirtualBatchDriver(SimConfig config, String start, boolean keepText) {
        this.engine = new OfflineEngine(config, start);
        this.keepText = keepText;
    }

    /** Empties the prefix cache. */
    public boolean resetPrefixCache() {
        return engine.resetPrefixCache();
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public Batch generate(List<InferenceRequest> requests) throws EngineException {
        int dp = engine.config().dp();
        if (requests.size() < dp) {
            throw new IllegalArgumentException(requests.size() + " requests for " + dp + " replicas");
        }
        long start = now;
        List<OfflineEngine.Answered> answers;
        IntUnaryOperator replicas = i -> i % dp;
        try {
            answers = engine.generate(
                    requests.stream().map(VirtualBatchDriver::asked).toList(), sampling(requests), replicas, start);
        } catch (OfflineError e) {
            throw new EngineException(new EngineFailure(
                    FailureClass.CONFIG_ERROR, e.type() + ": " + e.getMessage(), null, 0, null, List.of()));
        }
        List<RequestRecord> records = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            records.add(record(requests.get(i), start, answers.get(i)));
            now = Math.max(now, answers.get(i).sequence().lastToken);
        }
        return new Batch(start, now, records, Map.of());
    }

    private static OfflineRequest asked(InferenceRequest request) {
        Prompt prompt = request.prompt();
        boolean chat = request.endpoint() == Endpoint.CHAT;
        return new OfflineRequest(prompt.tokenIds(), prompt.text(), chat, request.outputLen(), request.ignoreEos());
    }

    private static OfflineSampling sampling(List<InferenceRequest> requests) throws OfflineError {
        int shortest =
                requests.stream().mapToInt(InferenceRequest::outputLen).min().orElseThrow();
        return OfflineSampling.of(JSON.valueToTree(requests.get(0).sampling()), shortest);
    }

    private RequestRecord record(InferenceRequest request, long start, OfflineEngine.Answered answered) {
        Sequence sequence = answered.sequence();
        Prompt prompt = request.prompt();
        return new RequestRecord(
                request.slice(),
                request.index(),
                request.promptHash(),
                start,
                sequence.firstScheduled,
                sequence.arrival,
                null,
                null,
                chunks(sequence),
                sequence.lastToken,
                RequestRecord.Outcome.OK,
                sequence.promptLength,
                sequence.cachedTokens,
                sequence.outputTokens(),
                TokenSource.ENGINE_STATS,
                answered.end().id(),
                engine.config().dp() == 1 ? null : "rank " + sequence.replica,
                keepText ? new RequestTexts(prompt.text(), prompt.tokenIds(), engine.text(answered), null) : null);
    }

    /** One for the first token, and one for all that followed. */
    private static Chunks chunks(Sequence sequence) {
        int rest = sequence.outputTokens() - 1;
        return rest == 0
                ? new Chunks(new long[] {sequence.firstToken}, new int[] {1}, new byte[1])
                : new Chunks(new long[] {sequence.firstToken, sequence.lastToken}, new int[] {1, rest}, new byte[2]);
    }

    @Override
    public void close() {
        // Nothing is open between two batches.
    }
}
