package io.dyno.engine.local;

import io.dyno.EngineInfo;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An engine that {@link LocalLauncher} started, server or worker: what is known of it since it was ready, and its processes. */
abstract class StartedEngine implements EngineHandle {
    /** Before an engine's profiler is at work, CUPTI is loaded in each of its processes. */
    static final Duration MOST_TO_START_PROFILE = Duration.ofMinutes(2);

    final RunningEngine running;
    private final EngineInfo info;
    private final Path log;
    private final List<StartupPhase> startup;
    private final InForce inForce;

    StartedEngine(EngineInfo info, Path log, List<StartupPhase> startup, InForce inForce, RunningEngine running) {
        this.info = info;
        this.log = log;
        this.startup = List.copyOf(startup);
        this.inForce = inForce;
        this.running = running;
    }

    @Override
    public final EngineInfo info() {
        return info;
    }

    @Override
    public final Path log() {
        return log;
    }

    @Override
    public final List<Long> pids() {
        return running.pids();
    }

    @Override
    public final List<StartupPhase> startup() {
        return startup;
    }

    @Override
    public final InForce inForce() {
        return inForce;
    }

    @Override
    public final CompletableFuture<EngineFailure> died() {
        return running.died();
    }

    @Override
    public final void giveUp(String evidence) {
        running.giveUp(FailureClass.SERVER_HANG, evidence);
    }

    @Override
    public final Optional<String> unfinished() {
        return running.unfinished();
    }
}
