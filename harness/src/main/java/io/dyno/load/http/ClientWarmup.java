package io.dyno.load.http;

import io.dyno.Endpoint;
import io.dyno.load.DatasetException;
import io.dyno.load.Datasets;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadRun;
import io.dyno.load.LoadSpec;
import io.dyno.load.PromptSource;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Windows;
import io.dyno.plan.Workload;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Warms the client's own code, all of it from prompt to record, on a no-op server in this process, until a token costs no less than before. A cold
 * client adds tens of milliseconds to the first requests.
 */
public final class ClientWarmup {
    private static final int CONNECTIONS = 8;
    private static final int REQUESTS = 32;
    private static final int TOKENS = 128;
    private static final int MOST_ROUNDS = 400;

    /** A round that is not cheaper than the best by this share is no progress. */
    private static final double PROGRESS = 0.05;

    /** After so many rounds without progress the cost is flat. */
    private static final int FLAT_ROUNDS = 4;

    private ClientWarmup() {}

    /**
     * What was done.
     *
     * @param rounds rounds of {@value #REQUESTS} requests
     * @param tokens tokens received
     * @param seconds time taken, s
     * @param coldMicrosPerToken processor time of the event loop for a token in the first round, µs
     * @param warmMicrosPerToken the same in the cheapest round, µs
     * @param flat whether the cost was flat in the end; otherwise the time was up
     */
    public record Report(
            int rounds,
            long tokens,
            double seconds,
            double coldMicrosPerToken,
            double warmMicrosPerToken,
            boolean flat) {}

    /**
     * Warms up.
     *
     * @param atMost when to stop although the cost still falls
     */
    public static Report run(Duration atMost) throws InterruptedException {
        try (NoopServer server = new NoopServer(TOKENS);
                HttpDriver driver = HttpDriver.open(HttpTarget.of(server.url(), "noop", CONNECTIONS))) {
            return new Rounds(driver, atMost).run();
        }
    }

    private static final class Rounds implements LoadListener {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final HttpDriver driver;
        private final long loopThread;
        private final long start = System.nanoTime();
        private final long atMostNanos;
        private LoadRun load;
        private long cpuAtStart;
        private int rounds;
        private int withoutProgress;
        private double cold;
        private double best = Double.POSITIVE_INFINITY;

        Rounds(HttpDriver driver, Duration atMost) {
            this.driver = driver;
            this.atMostNanos = atMost.toNanos();
            CompletableFuture<Long> thread = new CompletableFuture<>();
            driver.timeline().soon(() -> thread.complete(Thread.currentThread().getId()));
            this.loopThread = thread.join();
        }

        Report run() throws InterruptedException {
            Workload workload = new Workload(
                    "random", null, 8, TOKENS, Endpoint.COMPLETIONS, true, Map.of("temperature", 0.0), 0, false, false);
            LoadSpec spec = new LoadSpec(
                    new LoadShape.ClosedLoop(CONNECTIONS),
                    workload,
                    true,
                    new Windows(0, null, null),
                    new Windows(MOST_ROUNDS, null, REQUESTS),
                    atMostNanos);
            PromptSource random;
            try {
                random = Datasets.open(
                        workload, new Datasets.Context(MOST_ROUNDS, REQUESTS, null, null, false, "", null));
            } catch (DatasetException e) {
                throw new AssertionError("random prompts need nothing", e);
            }
            load = new LoadRun(spec, driver, random, driver.health(), this);
            load.run();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Report(
                    rounds,
                    (long) rounds * REQUESTS * TOKENS,
                    (System.nanoTime() - start) / 1e9,
                    cold,
                    best,
                    withoutProgress >= FLAT_ROUNDS);
        }

        @Override
        public void windowStarted(Window.Kind kind, int iteration, String slice, long at) {
            cpuAtStart = cpu();
        }

        @Override
        public boolean windowComplete(WindowRecords records) {
            double micros = (cpu() - cpuAtStart) / 1e3 / (REQUESTS * TOKENS);
            rounds++;
            cold = rounds == 1 ? micros : cold;
            withoutProgress = micros < best * (1 - PROGRESS) ? 0 : withoutProgress + 1;
            best = Math.min(best, micros);
            if (withoutProgress >= FLAT_ROUNDS || System.nanoTime() - start >= atMostNanos) {
                load.cancel(FailureClass.INTERRUPTED, "warm");
            }
            return true;
        }

        /** Processor time of the event loop, ns; wall time where the JVM cannot tell. */
        private long cpu() {
            return threads.isThreadCpuTimeSupported() ? threads.getThreadCpuTime(loopThread) : System.nanoTime();
        }
    }
}
