package io.dyno.engine;

import io.dyno.EngineInfo;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A running engine. Closing it stops it. Safe for use from several threads. */
public interface EngineHandle extends AutoCloseable {
    /** What benchmark methods are told of it. */
    EngineInfo info();

    /** Where it answers; null where it is no server. */
    URI baseUrl();

    /** Where all of it answers: several addresses when several servers are loaded as one, {@link #baseUrl} first. */
    default List<URI> urls() {
        return baseUrl() == null ? List.of() : List.of(baseUrl());
    }

    /** What every request to it carries, such as {@code Authorization}. To be sent, never to be written down. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /** What cannot be known of it, by the name that it would have in files, each with the reason. */
    default Map<String, String> unknown() {
        return Map.of();
    }

    /** Its log; null where it is not ours. */
    Path log();

    /** Process ids, the one that answers first; empty for a foreign server. */
    List<Long> pids();

    /** Start-up phases in the order seen; the last is {@code ready}. */
    List<Launcher.StartupPhase> startup();

    /** What the engine really uses, as far as it tells. */
    InForce inForce();

    /** Completes when the engine ends although nobody asked it to, within 5 s of its end, or was {@linkplain #giveUp given up}; never otherwise. */
    CompletableFuture<EngineFailure> died();

    /**
     * What the engine tells of itself while requests stay unanswered.
     *
     * @param healthy whether {@code GET /health} was answered in time
     * @param counters its own counters as text: another text after a step of its scheduler, the same text while it does nothing; null when it
     *     does not tell
     */
    record Vitals(boolean healthy, String counters) {}

    /** Asks how it is; empty where that says nothing about our engine. */
    default Optional<Vitals> vitals() throws InterruptedException {
        return Optional.empty();
    }

    /**
     * Takes it for hung: {@link #died()} completes as {@code server_hang}, although its processes live until it is closed.
     *
     * @param evidence one line: what was asked, and what did not come
     */
    default void giveUp(String evidence) {}

    /**
     * Empties the prefix cache.
     *
     * @return false when the engine cannot do that from outside
     */
    boolean resetPrefixCache() throws InterruptedException;

    /**
     * Starts the profiler inside the engine that its own arguments have set up ({@code --profiler-config}), on all its ranks, and returns when
     * it is at work. No load should run. Server: {@code POST /start_profile}; offline: {@code LLM.start_profile}.
     *
     * @throws EngineException when the engine refuses, has ended, gave no answer in time, or is not ours
     */
    default void startProfile() throws EngineException, InterruptedException {
        throw notOurs("started");
    }

    /**
     * Stops that profiler and waits for the engine's answer: vLLM gives it when its traces are written, which may take minutes.
     *
     * @param most how long to wait
     * @throws EngineException as {@link #startProfile}
     */
    default void stopProfile(Duration most) throws EngineException, InterruptedException {
        throw notOurs("stopped");
    }

    private static EngineException notOurs(String what) {
        return new EngineException(new EngineFailure(
                FailureClass.CONFIG_ERROR,
                "the engine's own profiler cannot be " + what + ": the engine is not one that Dyno started",
                null,
                0,
                null,
                List.of()));
    }

    /**
     * Known once it is closed: why what a process with {@link Patience} around it writes is not whole, or not yet. Empty when all such processes
     * have ended by themselves, and where there is none.
     */
    default Optional<String> unfinished() {
        return Optional.empty();
    }

    /**
     * Stops it with all its processes: SIGINT, SIGTERM, SIGKILL with stated graces. A process with {@link Patience} is waited for instead, unless
     * Dyno is to end; one that takes longer goes on without Dyno, and the user is told. Does nothing the second time.
     */
    @Override
    void close();
}
