package io.dyno.engine.remote;

import io.dyno.EngineInfo;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Servers that somebody else started. Their end cannot be told from a network's: requests fail, {@link #died} does not complete. */
final class RemoteEngineHandle implements EngineHandle {
    private final EngineInfo info;
    private final List<URI> urls;
    private final Map<String, String> headers;
    private final StartupPhase ready;
    private final InForce inForce;
    private final CompletableFuture<EngineFailure> died = new CompletableFuture<>();

    RemoteEngineHandle(
            EngineInfo info, List<URI> urls, Map<String, String> headers, StartupPhase ready, InForce inForce) {
        this.info = info;
        this.urls = List.copyOf(urls);
        this.headers = Map.copyOf(headers);
        this.ready = ready;
        this.inForce = inForce;
    }

    @Override
    public EngineInfo info() {
        return info;
    }

    @Override
    public URI baseUrl() {
        return urls.get(0);
    }

    @Override
    public List<URI> urls() {
        return urls;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public Map<String, String> unknown() {
        Map<String, String> unknown = new LinkedHashMap<>();
        unknown.put("gpus", "a server that somebody else started does not say how many it uses; -gpus does");
        unknown.put("settings", "the server runs as it was started; engine settings were not applied to it");
        unknown.put("startup", "the server was running already");
        unknown.put("prefixCache", "a server that others may use is not reset; prompts are salted unless salt=false");
        unknown.put("log", "the server's log and processes are not ours");
        if (info.version() == null) {
            unknown.put("engineVersion", "the server has no /version");
        }
        return unknown;
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

    /** False, and nothing is tried: somebody else may live by that cache. */
    @Override
    public boolean resetPrefixCache() {
        return false;
    }

    /** Does nothing: the server is left as it is. */
    @Override
    public void close() {}
}
