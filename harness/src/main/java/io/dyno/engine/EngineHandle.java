package io.dyno.engine;

import io.dyno.EngineInfo;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A running engine. Closing it stops it. Safe for use from several threads. */
public interface EngineHandle extends AutoCloseable {
    /** What benchmark methods are told of it. */
    EngineInfo info();

    /** Where it answers. */
    URI baseUrl();

    /** Its log. */
    Path log();

    /** Process ids, the one that answers first; empty for a foreign server. */
    List<Long> pids();

    /** Start-up phases in the order seen; the last is {@code ready}. */
    List<Launcher.StartupPhase> startup();

    /** What the engine really uses, as far as it tells. */
    InForce inForce();

    /** Completes when the engine ends although nobody asked it to, within 5 s of its end; never otherwise. */
    CompletableFuture<EngineFailure> died();

    /**
     * Empties the prefix cache.
     *
     * @return false when the engine cannot do that from outside
     */
    boolean resetPrefixCache() throws InterruptedException;

    /** Stops it with all its processes: SIGINT, SIGTERM, SIGKILL with stated graces. Does nothing the second time. */
    @Override
    void close();
}
