package io.dyno.engine.sim;

import io.dyno.Prompt;
import io.dyno.engine.Driver;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Timeline;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The simulated engine in virtual time, in this process: seconds of load take milliseconds. The same core as behind {@link SimMain}, without
 * HTTP: a token arrives when it is made, and a request reaches the engine when it is sent. Not safe for use from several threads, though
 * {@link Timeline#at} may only be called on it as well. Faults of the machine are not played.
 */
public final class VirtualDriver implements Driver {
    private static final byte[] NO_CHANNELS = {};

    private final SimConfig config;
    private final SimEngine engine;
    private final ToyTokenizer tokenizer;
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final Set<Open> open = new LinkedHashSet<>();
    private long wakeAt = Long.MAX_VALUE;

    /**
     * A new engine, started now, empty, at time 0.
     *
     * @param start which start of the engine this is, such as the fork's number: with the machine's seed it decides how fast it is where
     *     {@code engine-cv} is set
     */
    public VirtualDriver(SimConfig config, String start) {
        this.config = config;
        this.engine = new SimEngine(config, start, Observer.NOBODY);
        this.tokenizer = new ToyTokenizer(config.model().vocab());
    }

    @Override
    public Timeline timeline() {
        return timeline;
    }

    /** Empties the prefix cache; false when requests are open, and then nothing has changed. */
    public boolean resetPrefixCache() {
        return engine.resetPrefixCache();
    }

    /** Requests preempted since the start, over all replicas. */
    public long preemptions() {
        return engine.replicas().stream()
                .mapToLong(r -> r.scheduler().counters().preemptions)
                .sum();
    }

    @Override
    public void send(InferenceRequest request, Consumer<RequestRecord> done) {
        long now = timeline.now();
        Open entry = new Open(request, done, now);
        int[] prompt = tokens(request.prompt());
        int room = config.maxModelLen() - prompt.length;
        if (room < 1) {
            entry.fail(RequestRecord.Outcome.failed(
                    FailureClass.HTTP_ERRORS,
                    400,
                    "This model's maximum context length is " + config.maxModelLen()
                            + " tokens. However, your prompt contains " + prompt.length + " input tokens"));
            return;
        }
        open.add(entry);
        long seed = ToyModel.contentSeed(config.machine().seed(), prompt, 0);
        entry.sequence = engine.submit(
                new SimRequest(prompt, Math.min(request.outputLen(), room), 0, request.ignoreEos(), seed, 0),
                now,
                entry);
        long deadline = request.due() + request.timeoutNanos();
        if (deadline > request.due()) {
            timeline.at(deadline, entry::timeOut);
        }
        wake();
    }

    private int[] tokens(Prompt prompt) {
        return prompt.tokenIds() != null ? prompt.tokenIds() : tokenizer.encode(prompt.text());
    }

    /** Asks to be woken at the engine's next event, unless that has been asked already. */
    private void wake() {
        long next = engine.nextEvent();
        if (next < wakeAt) {
            wakeAt = next;
            timeline.at(next, this::onWake);
        }
    }

    private void onWake() {
        if (timeline.now() >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
        }
        engine.advance(timeline.now());
        wake();
    }

    @Override
    public void cut() {
        for (Open entry : List.copyOf(open)) {
            entry.giveUp(FailureClass.INTERRUPTED, "cut: the load had ended");
        }
    }

    /**
     * Plays events until {@code finished} completes.
     *
     * @throws IllegalStateException when nothing is left that could complete it
     */
    @Override
    public void run(CompletionStage<?> finished) throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        finished.whenComplete((value, failure) -> done.set(true));
        while (!done.get()) {
            if (Thread.interrupted()) {
                cut();
                throw new InterruptedException();
            }
            if (!timeline.play()) {
                throw new IllegalStateException(
                        "nothing is left to happen at " + timeline.now() + " ns, and the load has not ended");
            }
        }
    }

    @Override
    public void close() {
        open.clear();
    }

    /** An open request: collects its chunks. */
    private final class Open implements TokenSink {
        private final InferenceRequest request;
        private final Consumer<RequestRecord> done;
        private final long sent;
        private long[] times;
        private int count;
        private Sequence sequence;

        Open(InferenceRequest request, Consumer<RequestRecord> done, long sent) {
            this.request = request;
            this.done = done;
            this.sent = sent;
            this.times = new long[Math.min(request.outputLen(), 1024)];
        }

        @Override
        public void token(Sequence s, int token, long at, FinishReason end) {
            if (count == times.length) {
                times = Arrays.copyOf(times, Math.min(2 * count, request.outputLen()));
            }
            times[count++] = at;
            if (end != null) {
                end(RequestRecord.Outcome.OK, end.id(), at);
            }
        }

        void timeOut() {
            giveUp(FailureClass.TIMEOUT, "no end within " + request.timeoutNanos() / 1_000_000 + " ms of its due time");
        }

        void giveUp(FailureClass failure, String detail) {
            if (open.contains(this)) {
                engine.abort(sequence, FinishReason.ABORT, timeline.now());
                wake();
                end(RequestRecord.Outcome.failed(failure, count == 0 ? null : 200, detail), null, timeline.now());
            }
        }

        void fail(RequestRecord.Outcome outcome) {
            timeline.soon(() -> done.accept(record(outcome, null, timeline.now())));
        }

        private void end(RequestRecord.Outcome outcome, String finishReason, long at) {
            open.remove(this);
            RequestRecord record = record(outcome, finishReason, at);
            // After the engine's next step has begun: a client learns of an end when the engine is already at the next
            // step.
            timeline.soon(() -> done.accept(record));
        }

        private RequestRecord record(RequestRecord.Outcome outcome, String finishReason, long at) {
            int[] tokens = new int[count];
            Arrays.fill(tokens, 1);
            boolean started = sequence != null && sequence.firstScheduled >= 0;
            return new RequestRecord(
                    request.slice(),
                    request.index(),
                    request.promptHash(),
                    request.due(),
                    started ? sequence.firstScheduled : null,
                    sent,
                    null,
                    count == 0 ? null : times[0],
                    count == 0 ? Chunks.NONE : new Chunks(Arrays.copyOf(times, count), tokens, channels(count)),
                    at,
                    outcome,
                    sequence == null ? null : sequence.promptLength,
                    started ? sequence.cachedTokens : null,
                    sequence == null ? null : count,
                    TokenSource.ENGINE,
                    finishReason,
                    config.dp() == 1 || sequence == null ? null : "dp" + sequence.replica);
        }

        private static byte[] channels(int count) {
            return count == 0 ? NO_CHANNELS : new byte[count];
        }
    }
}
