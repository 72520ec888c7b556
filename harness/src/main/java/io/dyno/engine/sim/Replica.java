package io.dyno.engine.sim;

import java.util.ArrayDeque;
import java.util.Deque;

/** One data-parallel replica: a scheduler, a KV cache and the steps in flight; one at a time, or as many as there are pipeline stages. */
final class Replica {
    private final SimConfig config;
    private final KvCache cache;
    private final Scheduler scheduler;
    private final CostModel costs;
    private final ToyModel model;
    private final Observer observer;
    private final int index;
    private final Deque<Step> inFlight = new ArrayDeque<>();
    private final Deque<Step> spare = new ArrayDeque<>();
    private long firstStageFree;
    private long lastEnd;

    /** When work came that no step has looked at yet; {@link Long#MAX_VALUE} for none. */
    private long workSince = Long.MAX_VALUE;

    Replica(SimConfig config, int index, double factor, Observer observer) {
        this.config = config;
        this.index = index;
        this.cache = new KvCache(config.kvBlocks(), config.blockSize(), config.prefixCaching());
        this.scheduler = new Scheduler(config, cache);
        this.costs = new CostModel(config, factor);
        this.model = new ToyModel(config.model());
        this.observer = observer;
    }

    KvCache cache() {
        return cache;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    int index() {
        return index;
    }

    void submit(Sequence sequence) {
        scheduler.submit(sequence);
        workSince = Math.min(workSince, sequence.arrival);
    }

    /** When something happens next: a step ends, or one can start. {@link Long#MAX_VALUE} when nothing will. */
    long nextEvent() {
        long end = inFlight.isEmpty() ? Long.MAX_VALUE : inFlight.peekFirst().end;
        if (workSince == Long.MAX_VALUE || inFlight.size() == config.pp()) {
            return end;
        }
        return Math.min(end, Math.max(workSince, firstStageFree));
    }

    /** Does what happens at {@link #nextEvent}. */
    void play() {
        long at = nextEvent();
        if (!inFlight.isEmpty() && inFlight.peekFirst().end == at) {
            Step step = inFlight.removeFirst();
            finish(step);
            step.clear();
            spare.addFirst(step);
            workSince = Math.min(workSince, at);
        }
        if (inFlight.size() < config.pp() && firstStageFree <= at) {
            begin(at);
        }
    }

    private void begin(long now) {
        workSince = Long.MAX_VALUE;
        Step step = spare.isEmpty() ? new Step() : spare.removeFirst();
        scheduler.schedule(step, now);
        if (step.size() == 0) {
            spare.addFirst(step);
            return;
        }
        CostModel.Time time = costs.time(step.load());
        step.end = Math.max(lastEnd, now + time.latencyNanos());
        lastEnd = step.end;
        firstStageFree = now + time.occupancyNanos();
        inFlight.addLast(step);
        if (config.pp() > 1 && scheduler.running() + scheduler.waiting() > step.size()) {
            workSince = now;
        }
    }

    private void finish(Step step) {
        int sampled = 0;
        for (int i = 0; i < step.size(); i++) {
            Sequence sequence = step.sequence(i);
            sequence.inFlight = false;
            if (!sequence.finished && sequence.numComputed == sequence.numTokens) {
                sample(sequence, step.end);
                sampled++;
            }
        }
        observer.step(index, step.totalTokens(), sampled, step.end);
    }

    private void sample(Sequence sequence, long at) {
        int position = sequence.outputTokens();
        boolean eos = position + 1 >= sequence.answerLength;
        int token = eos ? model.eosToken() : model.token(sequence.request.contentSeed(), position);
        sequence.append(token);
        boolean full = position + 1 >= sequence.maxTokens || sequence.numTokens >= config.maxModelLen();
        FinishReason end = eos ? FinishReason.STOP : full ? FinishReason.LENGTH : null;
        long before = sequence.lastToken;
        if (position == 0) {
            sequence.firstToken = at;
        }
        sequence.lastToken = at;
        if (end != null) {
            scheduler.remove(sequence);
        }
        observer.token(index, sequence, before);
        if (end != null) {
            observer.finished(index, sequence, end, at);
        }
        sequence.sink.token(sequence, token, at, end);
    }

    /** Takes a request out before its end, because its client went away or has what it wants. */
    void abort(Sequence sequence, FinishReason reason, long now) {
        if (!sequence.finished) {
            scheduler.remove(sequence);
            observer.finished(index, sequence, reason, now);
            workSince = Math.min(workSince, now);
        }
    }
}
