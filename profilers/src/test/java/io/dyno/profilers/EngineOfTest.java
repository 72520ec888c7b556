package io.dyno.profilers;

import io.dyno.EngineInfo;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An engine that only its profiler is told of.
 *
 * @param baseUrl where it answers, or null
 * @param onStop what it does when it is told to stop profiling
 * @param unfinished what is told of it once it is closed
 */
public record EngineOfTest(URI baseUrl, Runnable onStop, Optional<String> unfinished) implements EngineHandle {
    /** One that ends as it should. */
    public EngineOfTest(URI baseUrl, Runnable onStop) {
        this(baseUrl, onStop, Optional.empty());
    }

    /** One that answers nowhere and leaves nothing. */
    public EngineOfTest() {
        this(null, () -> {});
    }

    @Override
    public EngineInfo info() {
        return new EngineInfo(baseUrl == null ? null : baseUrl.toString(), "m", "0.32.0", false);
    }

    @Override
    public Path log() {
        return Path.of("engine.log");
    }

    @Override
    public List<Long> pids() {
        return List.of();
    }

    @Override
    public List<Launcher.StartupPhase> startup() {
        return List.of();
    }

    @Override
    public InForce inForce() {
        return InForce.UNKNOWN;
    }

    @Override
    public CompletableFuture<EngineFailure> died() {
        return new CompletableFuture<>();
    }

    @Override
    public boolean resetPrefixCache() {
        return false;
    }

    @Override
    public void startProfile() throws EngineException {}

    @Override
    public void stopProfile(Duration most) throws EngineException {
        onStop.run();
    }

    @Override
    public void close() {}
}
