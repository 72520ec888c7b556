package io.dyno.engine.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Counts what happens in the engine, as vLLM counts it; one {@link OfReplica} for each data-parallel rank. */
final class EngineMetrics implements Observer {
    private static final double[] REQUEST_SECONDS = {
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    private static final double[] FIRST_TOKEN_SECONDS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    private static final double[] TOKEN_SECONDS = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    private static final double[] STEP_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
    private static final double[] PREEMPTIONS = {1, 2, 3, 4, 5, 10, 20};

    private final List<OfReplica> replicas = new ArrayList<>();

    EngineMetrics(SimConfig config) {
        for (int i = 0; i < config.dp(); i++) {
            replicas.add(new OfReplica(config.maxModelLen()));
        }
    }

    List<OfReplica> replicas() {
        return replicas;
    }

    /** What is counted of one replica. */
    static final class OfReplica {
        long promptTokens;
        long cachedPromptTokens;
        long generationTokens;
        final Map<FinishReason, Long> finished = new EnumMap<>(FinishReason.class);
        final Histogram promptLength;
        final Histogram generationLength;
        final Histogram maxTokens;
        final Histogram computedPromptTokens;
        final Histogram stepTokens = new Histogram(STEP_TOKENS);
        final Histogram firstToken = new Histogram(FIRST_TOKEN_SECONDS);
        final Histogram interToken = new Histogram(TOKEN_SECONDS);
        final Histogram perOutputToken = new Histogram(TOKEN_SECONDS);
        final Histogram endToEnd = new Histogram(REQUEST_SECONDS);
        final Histogram queue = new Histogram(REQUEST_SECONDS);
        final Histogram inference = new Histogram(REQUEST_SECONDS);
        final Histogram prefill = new Histogram(REQUEST_SECONDS);
        final Histogram decode = new Histogram(REQUEST_SECONDS);
        final Histogram preemptions = new Histogram(PREEMPTIONS);

        OfReplica(int maxModelLen) {
            promptLength = new Histogram(lengths(maxModelLen));
            generationLength = new Histogram(lengths(maxModelLen));
            maxTokens = new Histogram(lengths(maxModelLen));
            computedPromptTokens = new Histogram(lengths(maxModelLen));
        }
    }

    /** 1, 2, 5, 10, 20, 50, … up to the longest length. */
    static double[] lengths(int maxModelLen) {
        return DoubleStream.iterate(1, unit -> unit <= maxModelLen, unit -> 10 * unit)
                .flatMap(unit -> DoubleStream.of(unit, 2 * unit, 5 * unit))
                .filter(bound -> bound <= maxModelLen)
                .toArray();
    }

    @Override
    public void step(int replica, int tokens, int sampled, long at) {
        // vLLM counts a prompt's tokens when its first token comes, see below; here only the size of the step.
        replicas.get(replica).stepTokens.observe(tokens);
    }

    @Override
    public void token(int replica, Sequence sequence, long before) {
        OfReplica m = replicas.get(replica);
        m.generationTokens++;
        if (before < 0) {
            m.promptTokens += sequence.promptLength;
            m.cachedPromptTokens += sequence.cachedTokens;
            m.firstToken.observe(seconds(sequence.firstToken - sequence.arrival));
        } else {
            m.interToken.observe(seconds(sequence.lastToken - before));
        }
    }

    @Override
    public void finished(int replica, Sequence s, FinishReason reason, long at) {
        OfReplica m = replicas.get(replica);
        m.finished.merge(reason, 1L, Long::sum);
        if (s.firstToken < 0) {
            return;
        }
        m.promptLength.observe(s.promptLength);
        m.generationLength.observe(s.outputTokens());
        m.maxTokens.observe(s.maxTokens);
        m.computedPromptTokens.observe(s.promptLength - s.cachedTokens);
        m.preemptions.observe(s.preemptions);
        m.endToEnd.observe(seconds(at - s.arrival));
        m.queue.observe(seconds(s.firstScheduled - s.arrival));
        m.inference.observe(seconds(s.lastToken - s.firstScheduled));
        m.prefill.observe(seconds(s.firstToken - s.firstScheduled));
        m.decode.observe(seconds(s.lastToken - s.firstToken));
        if (s.outputTokens() > 1) {
            m.perOutputToken.observe(seconds(s.lastToken - s.firstToken) / (s.outputTokens() - 1));
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
