package io.dyno.engine.remote;

import io.dyno.EngineInfo;
import io.dyno.engine.ApiKey;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.InForceReader;
import io.dyno.engine.Launcher;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Attaches to servers that run already. It starts nothing, waits for nothing, resets nothing and stops nothing. */
public final class RemoteLauncher implements Launcher {
    private final List<URI> urls;
    private final Optional<ApiKey> key;

    /**
     * A launcher for the servers at these addresses, loaded as one.
     *
     * @param urls at least one, each as {@link io.dyno.engine.ServerUrl} has it
     * @param key the key to show them
     */
    public RemoteLauncher(List<URI> urls, Optional<ApiKey> key) {
        this.urls = List.copyOf(urls);
        this.key = key;
    }

    /** Attaches, if all servers are there and serve the spec's model. The request is not used but for its progress. */
    @Override
    public EngineHandle launch(EngineSpec spec, Request request) throws EngineException, InterruptedException {
        List<ForeignServer> servers;
        try {
            servers = ForeignServer.ask(urls, key);
            ForeignServer.mustServe(servers, spec.model());
        } catch (EngineRefusedException e) {
            throw new EngineException(
                    new EngineFailure(FailureClass.CONFIG_ERROR, e.getMessage(), null, 0, null, List.of()));
        }
        StartupPhase ready = new StartupPhase(
                "ready", urls.size() == 1 ? "attached" : "attached to " + urls.size() + " servers", null);
        request.progress().accept(ready);
        Map<String, String> headers = key.map(ApiKey::header).orElse(Map.of());
        ForeignServer first = servers.get(0);
        Integer maxModelLen = ForeignServer.maxModelLen(servers, spec.model());
        InForce inForce = new InForceReader(new ControlClient(first.url(), headers))
                .read(
                        maxModelLen == null ? Map.of() : Map.of("maxModelLen", maxModelLen.toString()),
                        Map.of(),
                        List.of());
        EngineInfo info = new EngineInfo(first.url().toString(), spec.model(), first.version(), first.simulated());
        return new RemoteEngineHandle(info, urls, headers, ready, inForce);
    }
}
