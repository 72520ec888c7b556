package io.dyno.engine.sim;

import io.netty.channel.EventLoop;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** vLLM's line of statistics: every ten seconds, while there is something to say. */
@SuppressWarnings("FutureReturnValueIgnored") // what is put on the event loop lives and ends with it
final class StatsLog {
    private static final int INTERVAL_SECONDS = 10;

    private final Service service;
    private final long[] prompt;
    private final long[] generated;
    private final boolean[] busy;

    StatsLog(Service service) {
        this.service = service;
        int replicas = service.config().dp();
        this.prompt = new long[replicas];
        this.generated = new long[replicas];
        this.busy = new boolean[replicas];
    }

    void every(EventLoop loop) {
        loop.scheduleAtFixedRate(this::log, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void log() {
        for (Replica replica : service.loop().engine().replicas()) {
            int i = replica.index();
            EngineMetrics.OfReplica metrics = service.metrics().replicas().get(i);
            long newPrompt = metrics.promptTokens - prompt[i];
            long newGenerated = metrics.generationTokens - generated[i];
            prompt[i] += newPrompt;
            generated[i] += newGenerated;
            boolean active = newPrompt + newGenerated > 0;
            if (active || busy[i]) {
                line(replica, newPrompt, newGenerated);
            }
            busy[i] = active;
        }
    }

    private void line(Replica replica, long newPrompt, long newGenerated) {
        Scheduler scheduler = replica.scheduler();
        long queries = scheduler.counters().prefixQueries;
        service.log()
                .info(
                        VllmLog.API,
                        "loggers.py:335",
                        String.format(
                                Locale.ROOT,
                                "Engine %03d: Avg prompt throughput: %.1f tokens/s, Avg generation throughput: %.1f tokens/s, Running:"
                                        + " %d reqs, Waiting: %d reqs, GPU KV cache usage: %.1f%%, Prefix cache hit rate: %.1f%%",
                                replica.index(),
                                newPrompt / (double) INTERVAL_SECONDS,
                                newGenerated / (double) INTERVAL_SECONDS,
                                scheduler.running(),
                                scheduler.waiting(),
                                100 * replica.cache().usage(),
                                queries == 0 ? 0 : 100.0 * scheduler.counters().prefixHits / queries));
    }
}
