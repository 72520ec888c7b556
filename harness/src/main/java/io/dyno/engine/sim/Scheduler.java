package io.dyno.engine.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * vLLM v1's scheduler, first come first served. There is no prefill and no decode phase: each sequence has tokens and computed tokens, and a
 * step lets the second catch up with the first under a budget of tokens. Running sequences come first, in order of admission; when blocks run
 * out the newest is preempted and starts again from the front of the queue; only then, and only if nobody was preempted, waiting ones are
 * admitted.
 */
final class Scheduler {
    private static final int[] NOTHING = {};

    private final SimConfig config;
    private final KvCache cache;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final Counters counters = new Counters();

    /** What has been counted since the start. */
    static final class Counters {
        long preemptions;
        long prefixQueries;
        long prefixHits;
    }

    Scheduler(SimConfig config, KvCache cache) {
        this.config = config;
        this.cache = cache;
    }

    Counters counters() {
        return counters;
    }

    int waiting() {
        return waiting.size();
    }

    int running() {
        return running.size();
    }

    void submit(Sequence sequence) {
        waiting.addLast(sequence);
    }

    /** Fills a step; it stays empty when nothing can run. */
    void schedule(Step step, long now) {
        int budget = config.maxNumBatchedTokens();
        int preemptedBefore = running.size();
        budget = scheduleRunning(step, budget);
        if (running.size() == preemptedBefore) {
            scheduleWaiting(step, budget, now);
        }
        for (int i = 0; i < step.size(); i++) {
            step.sequence(i).numComputed += step.tokens(i);
            step.sequence(i).inFlight = true;
        }
    }

    private int scheduleRunning(Step step, int budgetBefore) {
        int budget = budgetBefore;
        for (int i = 0; i < running.size() && budget > 0; i++) {
            Sequence sequence = running.get(i);
            if (sequence.inFlight) {
                continue;
            }
            int tokens = Math.min(capped(sequence.numTokens - sequence.numComputed), budget);
            while (!cache.allocate(sequence, NOTHING, tokens)) {
                Sequence victim = newestNotInFlight();
                preempt(victim);
                if (victim == sequence) {
                    return budget;
                }
            }
            step.add(sequence, tokens);
            budget -= tokens;
        }
        return budget;
    }

    private void scheduleWaiting(Step step, int budgetBefore, long now) {
        int budget = budgetBefore;
        while (!waiting.isEmpty() && budget > 0 && running.size() < config.maxNumSeqs()) {
            Sequence sequence = waiting.peekFirst();
            int[] found = cache.find(sequence);
            int computed = found.length * config.blockSize();
            int tokens = capped(sequence.numTokens - computed);
            if (!config.chunkedPrefill() && tokens > budget) {
                return;
            }
            tokens = Math.min(tokens, budget);
            if (!cache.allocate(sequence, found, tokens)) {
                return;
            }
            waiting.removeFirst();
            running.add(sequence);
            sequence.numComputed = computed;
            if (config.prefixCaching() && sequence.preemptions == 0) {
                counters.prefixQueries += sequence.numTokens;
                counters.prefixHits += computed;
            }
            if (sequence.cachedTokens < 0) {
                sequence.cachedTokens = computed;
                sequence.firstScheduled = now;
            }
            step.add(sequence, tokens);
            budget -= tokens;
        }
    }

    /** A long prompt may take only so much of a step, unless it is alone: then there is nobody whom it could starve. */
    private int capped(int tokens) {
        int threshold = config.longPrefillTokenThreshold();
        int present = running.size() + waiting.size();
        if (threshold == 0 || present == 1) {
            return tokens;
        }
        if (config.adaptiveThreshold()) {
            threshold = Math.max(threshold, config.maxNumBatchedTokens() / present);
        }
        return Math.min(tokens, threshold);
    }

    private Sequence newestNotInFlight() {
        for (int i = running.size() - 1; i >= 0; i--) {
            if (!running.get(i).inFlight) {
                return running.get(i);
            }
        }
        throw new IllegalStateException("the sequence being scheduled is not in flight itself");
    }

    private void preempt(Sequence sequence) {
        running.remove(sequence);
        cache.release(sequence);
        sequence.numComputed = 0;
        sequence.preemptions++;
        counters.preemptions++;
        waiting.addFirst(sequence);
    }

    /** Takes a sequence out, finished or given up. */
    void remove(Sequence sequence) {
        if (!sequence.finished) {
            sequence.finished = true;
            if (!running.remove(sequence)) {
                waiting.remove(sequence);
            }
            cache.release(sequence);
        }
    }
}
