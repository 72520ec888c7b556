package io.dyno.engine.remote;

import io.dyno.EngineInfo;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server that somebody else started. Its end cannot be told from a network's: requests fail, {@link #died} does not complete. */
final class RemoteEngineHandle implements EngineHandle {
    private final EngineInfo info;
    private final URI url;
    private final StartupPhase ready;
    private final InForce inForce;
    private final ControlClient client;
    private final CompletableFuture<EngineFailure> died = new CompletableFuture<>();

    RemoteEngineHandle(EngineInfo info, URI url, StartupPhase ready, InForce inForce, ControlClient client) {
        this.info = info;
        this.url = url;
        this.ready = ready;
        this.inForce = inForce;
        this.client = client;
    }

    @Override
    public EngineInfo info() {
        return info;
    }

    @Override
    public URI baseUrl() {
        return url;
    }

    /** Null: its log is not ours. */
    @Override
    public Path log() {
        return null;
    }

    @Override
    public List<Long> pids() {
        return List.of();
    }

    @Override
    public List<StartupPhase> startup() {
        return List.of(ready);
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
    public boolean resetPrefixCache() throws InterruptedException {
        return client.resetPrefixCache();
    }

    /** Does nothing: the server is left as it is. */
    @Override
    public void close() {}
}
