package io.dyno.engine.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The simulated engine: a list of steps on a clock that somebody else drives. It has no threads, reads no clock and does no I/O. Whoever drives
 * it submits requests at their time, asks when something happens next, and calls {@link #advance} then; too late a call makes tokens late, but
 * moves no step.
 */
final class SimEngine {
    private final List<Replica> replicas = new ArrayList<>();

    /**
     * @param start which start of the engine this is: with the machine's seed it decides how fast it is where {@code engine-cv} is set
     */
    SimEngine(SimConfig config, String start, Observer observer) {
        double factor = CostModel.startFactor(config.machine(), start);
        for (int i = 0; i < config.dp(); i++) {
            replicas.add(new Replica(config, i, factor, observer));
        }
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** Gives a request to the replica with the least load, counted as vLLM counts it: a waiting request weighs four running ones. */
    Sequence submit(SimRequest request, long now, TokenSink sink) {
        Replica best = null;
        int least = Integer.MAX_VALUE;
        for (Replica replica : replicas) {
            int load = 4 * replica.scheduler().waiting() + replica.scheduler().running();
            if (load < least) {
                least = load;
                best = replica;
            }
        }
        return submitTo(best.index(), request, now, sink);
    }

    /** Gives a request to a replica: offline, where whoever deals the batch decides. */
    Sequence submitTo(int replica, SimRequest request, long now, TokenSink sink) {
        Sequence sequence = new Sequence(request, sink, now);
        sequence.replica = replica;
        replicas.get(replica).submit(sequence);
        return sequence;
    }

    /** Takes a request out. Nothing more is told of it. */
    void abort(Sequence sequence, FinishReason reason, long now) {
        replicas.get(sequence.replica).abort(sequence, reason, now);
    }

    /** When something happens next, ns; {@link Long#MAX_VALUE} when nothing will. */
    long nextEvent() {
        long next = Long.MAX_VALUE;
        for (Replica replica : replicas) {
            next = Math.min(next, replica.nextEvent());
        }
        return next;
    }

    /** Plays everything that happens up to and including {@code now}, in order of time. Tokens are told with the time they were made at. */
    void advance(long now) {
        while (true) {
            Replica first = null;
            long earliest = Long.MAX_VALUE;
            for (Replica replica : replicas) {
                long event = replica.nextEvent();
                if (event < earliest) {
                    earliest = event;
                    first = replica;
                }
            }
            if (first == null || earliest > now) {
                return;
            }
            first.play();
        }
    }

    /** Forgets all prefixes; false when requests are running, and then nothing has changed. */
    boolean resetPrefixCache() {
        boolean all = true;
        for (Replica replica : replicas) {
            all &= replica.cache().reset();
        }
        return all;
    }
}
