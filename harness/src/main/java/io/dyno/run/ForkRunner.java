package io.dyno.run;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuGuard;
import io.dyno.engine.Launcher;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.result.JournalEvent;
import io.dyno.result.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One fork of one engine configuration: a fresh engine, its points in their shuffled order, the engine's end. */
final class ForkRunner {
    /** An engine that dies takes the point that it served with it; the rest of the fork goes on with a new one, so often. */
    private static final int MOST_RESTARTS = 2;

    private final RunContext run;
    private final EngineStarts starts;
    private final EngineConfiguration configuration;
    private final int fork;
    private final boolean scored;

    /** Points that failed here. */
    private final Set<Point> unwell = new HashSet<>();

    /**
     * For one fork.
     *
     * @param fork from 0; warm-up forks count on from the measured ones
     */
    ForkRunner(RunContext run, Launcher launcher, EngineConfiguration configuration, int fork) {
        this.run = run;
        this.configuration = configuration;
        this.fork = fork;
        this.starts = new EngineStarts(run, launcher, configuration, fork);
        this.scored = starts.scored();
    }

    /** How a fork went. */
    enum Outcome {
        /** All its points were measured. */
        OK,
        /** An engine was there, and something failed. */
        FAILED,
        /** No engine became ready. */
        NO_ENGINE
    }

    /**
     * Runs what is left of the fork.
     *
     * @throws IOException when a file of the run cannot be written
     * @throws InterruptedException when the run was interrupted; the engine is stopped
     */
    Outcome run() throws IOException, InterruptedException {
        List<Point> left = new ArrayList<>(run.preparation().plan().order(configuration, fork));
        if (scored) {
            left.removeIf(point -> run.resume().isClosed(point.id(), fork));
        }
        ProfiledPoints profiles = ProfiledPoints.ofScoredFork(run, configuration, fork);
        if (left.isEmpty() && !profiles.isLeft()) {
            run.progress().forkDone();
            return Outcome.OK;
        }
        if (left.isEmpty()) {
            run.progress().forkDone(); // but for its profiled iterations
        }
        int start = run.resume().nextStart(configuration.id(), fork);
        boolean measured = !left.isEmpty();
        boolean everReady = false;
        boolean failed = false;
        List<String> doubts = new ArrayList<>();
        for (int restarts = 0; restarts <= MOST_RESTARTS && !stops(failed); restarts++, start++) {
            boolean measures = !left.isEmpty();
            if (!measures && !profiles.isLeft()) {
                break;
            }
            if (measures) {
                run.progress().fork(configuration, !scored, restarts > 0);
            } else {
                run.progress().profileFork(configuration, profiles.profilers());
            }
            try (GpuGuard guard = run.preparation().guard(configuration);
                    ProfilerSet profilers = ProfilerSet.ofScoredFork(run)) {
                profilers.engineStarting(
                        starts.context(start), run.preparation().gpuUse(configuration));
                try (EngineHandle engine = starts.launch(profilers::dress, start)) {
                    everReady = true;
                    guard.engineReady(engine.pids());
                    TokenCounts tokens = starts.ready(engine, start);
                    profilers.engineReady(engine);
                    failed |= !points(engine, tokens, profilers, guard, left);
                    if (left.isEmpty()) {
                        afterwards(engine, tokens, profilers, profiles, measures);
                    }
                    profilers.engineStopping();
                }
                doubts.addAll(guard.engineStopped());
                profiles.close(profilers.engineStopped());
            } catch (EngineException e) {
                run.progress().failure(e.failure());
                if (!measures) {
                    profiles.lost(e.failure());
                    break;
                }
                // Also of a warm-up fork: it is why nothing of the configuration will be measured.
                run.journal()
                        .append(new JournalEvent.Failed(
                                configuration.id(), scored ? fork : 0, null, null, starts.failure(e.failure())));
                return everReady ? Outcome.FAILED : Outcome.NO_ENGINE;
            }
        }
        if (measured && left.isEmpty()) {
            starts.journal(new JournalEvent.ForkEnded(configuration.id(), fork, doubts));
        }
        return failed || !left.isEmpty() ? Outcome.FAILED : Outcome.OK;
    }

    private boolean stops(boolean failed) {
        return failed && run.options().failOnError();
    }

    /** After all that is scored: what other clients and profilers do to an engine is not to be seen in any number. */
    private void afterwards(
            EngineHandle engine, TokenCounts tokens, ProfilerSet profilers, ProfiledPoints profiles, boolean measured)
            throws IOException, InterruptedException {
        Optional<Integer> pairs = run.options().crosscheckPairs();
        boolean last = fork == configuration.forks() - 1;
        boolean server = configuration.kind() == EngineConfiguration.Kind.SERVER;
        if (server && pairs.isPresent() && last && measured && !engine.died().isDone()) {
            CrosscheckRunner.run(run, configuration, engine, pairs.get());
        }
        if (!engine.died().isDone()) {
            profiles.run(engine, tokens, profilers, unwell);
        }
    }

    /** Measures points until none is left or the engine dies; whether all went well. */
    private boolean points(
            EngineHandle engine, TokenCounts tokens, ProfilerSet profilers, GpuGuard guard, List<Point> left)
            throws IOException, InterruptedException {
        PointRunner runner = new PointRunner(run, configuration, engine, tokens, profilers, guard, fork, scored);
        boolean well = true;
        while (!left.isEmpty() && !stops(!well)) {
            if (engine.died().isDone()) {
                died(engine.died().join(), null, 0, false); // between two points: neither has failed with it
                return well;
            }
            Point point = left.remove(0);
            int attempt = run.resume().nextAttempt(point.id(), fork);
            Status status = runner.run(point, attempt);
            well &= status == Status.OK;
            if (status == Status.FAILED) {
                unwell.add(point);
            }
            if (engine.died().isDone()) {
                died(engine.died().join(), point, attempt, status == Status.FAILED);
                return false;
            }
        }
        return well;
    }

    /** The point that the engine served has failed with it, unless its load was over. */
    private void died(EngineFailure failure, Point point, int attempt, boolean pointLost) throws IOException {
        run.progress().failure(failure);
        if (!pointLost) {
            starts.journal(new JournalEvent.Failed(configuration.id(), fork, null, null, starts.failure(failure)));
            return;
        }
        starts.journal(new JournalEvent.Failed(configuration.id(), fork, point.id(), attempt, starts.failure(failure)));
        starts.journal(new JournalEvent.PointClosed(
                point.id(), attempt, fork, Status.FAILED, starts.failure(failure), null, null, List.of()));
    }
}
