package io.dyno.engine.local;

import io.dyno.EngineInfo;
import io.dyno.engine.ApiKey;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server that {@link LocalLauncher} started. */
final class LocalEngineHandle extends StartedEngine {
    private final URI url;
    private final ControlClient client;

    LocalEngineHandle(
            EngineInfo info,
            URI url,
            Path log,
            List<StartupPhase> startup,
            InForce inForce,
            RunningEngine running,
            ControlClient client) {
        super(info, log, startup, inForce, running);
        this.url = url;
        this.client = client;
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
    public Optional<Vitals> vitals() throws InterruptedException {
        boolean healthy = client.healthy();
        return Optional.of(new Vitals(healthy, healthy ? client.counters().orElse(null) : null));
    }

    @Override
    public boolean resetPrefixCache() throws InterruptedException {
        return client.resetPrefixCache();
    }

    @Override
    public void startProfile() throws EngineException, InterruptedException {
        tell("/start_profile", MOST_TO_START_PROFILE);
    }

    @Override
    public void stopProfile(Duration most) throws EngineException, InterruptedException {
        tell("/stop_profile", most);
    }

    private void tell(String endpoint, Duration most) throws EngineException, InterruptedException {
        String refusal;
        try {
            ControlClient.Answer answer = client.post(endpoint, most);
            if (answer.ok()) {
                return;
            }
            refusal = answer.status() == 404
                    ? "there is none: vLLM offers it only when it was started with --profiler-config"
                    : "HTTP " + answer.status() + " " + answer.body().strip();
        } catch (HttpTimeoutException e) {
            refusal = "no answer within " + most.toSeconds() + " s";
        } catch (IOException e) {
            refusal = "no answer (" + e + ")";
        }
        throw new EngineException(
                died().isDone()
                        ? died().join()
                        : new EngineFailure(
                                FailureClass.CONFIG_ERROR,
                                "POST " + endpoint + ": " + refusal,
                                null,
                                0,
                                log(),
                                List.of()));
    }

    @Override
    public void close() {
        running.stop();
    }
}
