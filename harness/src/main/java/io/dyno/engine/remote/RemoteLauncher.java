package io.dyno.engine.remote;

import io.dyno.EngineInfo;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.InForceReader;
import io.dyno.engine.Launcher;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import io.dyno.plan.Suggestions;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Attaches to a server that runs already. It starts nothing, waits for nothing and stops nothing. */
public final class RemoteLauncher implements Launcher {
    private final URI url;

    /** A launcher for the server at {@code url}, such as {@code http://host:8000}; a path such as {@code /v1} is ignored. */
    public RemoteLauncher(URI url) {
        this.url = URI.create(url.getScheme() + "://" + url.getRawAuthority());
    }

    /** Attaches, if the server is healthy and serves the spec's model. The request is not used but for its progress. */
    @Override
    public EngineHandle launch(EngineSpec spec, Request request) throws EngineException, InterruptedException {
        ControlClient client = new ControlClient(url);
        if (!client.healthy()) {
            throw failed("nobody answers well at " + url + "/health; check -url, and that the server is up");
        }
        List<ControlClient.Model> models = client.models();
        List<String> names = models.stream().map(ControlClient.Model::id).toList();
        for (ControlClient.Model model : models) {
            if (model.id().equals(spec.model())) {
                StartupPhase ready = new StartupPhase("ready", "attached", null);
                request.progress().accept(ready);
                EngineInfo info = new EngineInfo(
                        url.toString(), spec.model(), client.version().orElse(null), false);
                Map<String, String> told = model.maxModelLen() == null
                        ? Map.of()
                        : Map.of("maxModelLen", model.maxModelLen().toString());
                InForce inForce = new InForceReader(url, System.getenv(ControlClient.KEY_VARIABLE))
                        .read(told, Map.of(), List.of());
                return new RemoteEngineHandle(info, url, ready, inForce, client);
            }
        }
        if (names.isEmpty()) {
            throw failed(url
                    + "/v1/models names no model; is it an OpenAI-compatible server? A key is taken from VLLM_API_KEY");
        }
        throw failed("the server at " + url + " serves " + String.join(", ", names) + ", not " + spec.model()
                + "; set -p model=" + names.get(0) + Suggestions.didYouMean(spec.model(), names));
    }

    private static EngineException failed(String message) {
        return new EngineException(new EngineFailure(FailureClass.CONFIG_ERROR, message, null, 0, null, List.of()));
    }
}
