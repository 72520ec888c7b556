package io.dyno.engine.local;

import io.dyno.EngineInfo;
import io.dyno.engine.ApiKey;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.Signal;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An engine that {@link LocalLauncher} started. */
final class LocalEngineHandle implements EngineHandle {
    private static final System.Logger LOGGER = System.getLogger(LocalEngineHandle.class.getName());

    /** How long what an engine leaves behind may take to end by itself before it is killed. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final EngineInfo info;
    private final URI url;
    private final Path log;
    private final List<StartupPhase> startup;
    private final InForce inForce;
    private final Processes processes;
    private final ControlClient client;
    private final Autopsy autopsy;
    private final Graces graces;
    private final CompletableFuture<EngineFailure> died;

    /** Whether an end is no surprise. */
    private volatile boolean stopping;

    private boolean stopped;

    LocalEngineHandle(
            EngineInfo info,
            URI url,
            Path log,
            List<StartupPhase> startup,
            InForce inForce,
            Processes processes,
            ControlClient client,
            Autopsy autopsy,
            Graces graces) {
        this.info = info;
        this.url = url;
        this.log = log;
        this.startup = List.copyOf(startup);
        this.inForce = inForce;
        this.processes = processes;
        this.client = client;
        this.autopsy = autopsy;
        this.graces = graces;
        this.died = processes.exit().handle(this::judge).thenCompose(failure -> failure.map(
                        CompletableFuture::completedFuture)
                .orElseGet(CompletableFuture::new));
    }

    /** Why it ended, unless it was asked to. */
    private Optional<EngineFailure> judge(ProcessExit exit, Throwable untold) {
        if (stopping) {
            return Optional.empty();
        }
        return Optional.of(
                exit != null
                        ? autopsy.ended(exit, "while it was in use")
                        : autopsy.seen(FailureClass.SERVER_CRASH, "the engine was lost: " + untold.getMessage()));
    }

    @Override
    public EngineInfo info() {
        return info;
    }

    @Override
    public URI baseUrl() {
        return url;
    }

    /** A server that inherited a key demands it of us as of anybody. */
    @Override
    public Map<String, String> headers() {
        return ApiKey.ofOwnEngine().map(ApiKey::header).orElse(Map.of());
    }

    @Override
    public Path log() {
        return log;
    }

    /** The programs that were started, the one that answers first. */
    @Override
    public List<Long> pids() {
        List<Long> started = processes.pids();
        int last = started.size() - 1;
        List<Long> pids = new ArrayList<>(started.subList(last, last + 1));
        pids.addAll(started.subList(0, last));
        return List.copyOf(pids);
    }

    @Override
    public List<StartupPhase> startup() {
        return startup;
    }

    @Override
    public InForce inForce() {
        return inForce;
    }

    @Override
    public CompletableFuture<EngineFailure> died() {
        return died;
    }

    @Override
    public Optional<Vitals> vitals() throws InterruptedException {
        boolean healthy = client.healthy();
        return Optional.of(new Vitals(healthy, healthy ? client.counters().orElse(null) : null));
    }

    @Override
    public void giveUp(String evidence) {
        if (!stopping) {
            died.complete(autopsy.seen(FailureClass.SERVER_HANG, evidence));
        }
    }

    @Override
    public boolean resetPrefixCache() throws InterruptedException {
        return client.resetPrefixCache();
    }

    /**
     * SIGINT to the programs, SIGTERM to those that stay, SIGKILL to all that is left of them and their descendants; returns when there is
     * none. A thread that is interrupted meanwhile skips to SIGKILL and stays interrupted.
     */
    @Override
    public void close() {
        stopping = true;
        stop();
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        boolean interrupted = Thread.interrupted(); // an interrupt from before is no reason to hurry
        try {
            ask();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        processes.kill();
        interrupted |= awaitGone();
        processes.close();
        autopsy.cleanLog();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the kernel says that nothing is left, and does not hurry; whether it was interrupted meanwhile. */
    private boolean awaitGone() {
        boolean interrupted = false;
        while (true) {
            try {
                if (!processes.awaitGone(graces.kill())) {
                    LOGGER.log(
                            System.Logger.Level.WARNING,
                            "SIGKILL did not end processes {0} of the engine: they hang in the kernel, and may hold GPU memory",
                            processes.tree());
                }
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void ask() throws InterruptedException {
        processes.signal(Signal.INT);
        if (!processes.awaitEnded(graces.interrupt())) {
            processes.signal(Signal.TERM);
            if (!processes.awaitEnded(graces.terminate())) {
                return;
            }
        }
        processes.awaitGone(SETTLE);
    }
}
