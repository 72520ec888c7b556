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
import java.util.List;
import java.util.Optional;

/**
 * One fork of one engine configuration: a fresh engine, its points in their shuffled order, then what is not to be seen in any of their numbers,
 * the engine's end.
 */
final class ForkRunner {
    /** An engine that dies takes the point that it served with it; the rest of the fork goes on with a new one, so often. */
    static final int MOST_RESTARTS = 2;

    private final RunContext run;
    private final EngineStarts starts;
    private final EngineConfiguration configuration;
    private final int fork;
    private final boolean scored;

    /** What is left of the fork. */
    private final List<Point> left;

    private final ProfiledPoints profiles;

    /** What only the ends of engines showed against what they measured. */
    private final List<String> doubts = new ArrayList<>();

    private boolean everReady;
    private boolean failed;

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
        this.left = new ArrayList<>(run.preparation().plan().order(configuration, fork));
        if (scored) {
            left.removeIf(point -> run.resume().isClosed(point.id(), fork));
        }
        this.profiles = ProfiledPoints.ofScoredFork(run, configuration, fork);
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
        boolean measures = !left.isEmpty();
        if (!measures) {
            run.progress().forkDone(); // but for its profiled iterations
        }
        int start = run.resume().nextStart(configuration.id(), fork);
        for (int restarts = 0; restarts <= MOST_RESTARTS && isLeft() && !stops(); restarts++, start++) {
            try {
                engine(start, restarts > 0);
            } catch (EngineException e) {
                if (left.isEmpty()) {
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
        if (measures && left.isEmpty()) {
            starts.journal(new JournalEvent.ForkEnded(configuration.id(), fork, doubts));
        }
        return failed || !left.isEmpty() ? Outcome.FAILED : Outcome.OK;
    }

    private boolean isLeft() {
        return !left.isEmpty() || profiles.isLeft();
    }

    private boolean stops() {
        return failed && run.options().failOnError();
    }

    /** One engine, for what is left of the fork as far as it lives. */
    private void engine(int start, boolean again) throws EngineException, IOException, InterruptedException {
        boolean measures = !left.isEmpty();
        if (measures) {
            run.progress().fork(configuration, !scored, again);
        } else {
            run.progress().profileFork(configuration, profiles.profilers());
        }
        try (GpuGuard guard = run.preparation().guard(configuration);
                ProfilerSet profilers = ProfilerSet.ofScoredFork(run)) {
            profilers.engineStarting(starts.context(start), run.preparation().gpuUse(configuration));
            boolean blameless = true;
            try (EngineHandle engine = starts.launch(profilers::dress, start)) {
                everReady = true;
                guard.engineReady(engine.pids());
                TokenCounts tokens =
                        starts.ready(engine, start, measures ? null : String.join(",", profiles.profilers()));
                profilers.engineReady(engine);
                points(engine, tokens, profilers, guard);
                if (left.isEmpty() && !stops()) {
                    blameless = afterwards(engine, tokens, profilers, measures);
                }
                profilers.engineStopping(engine);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } catch (InterruptedException e) {
                profiles.close(profilers.abandoned());
                throw e;
            } catch (EngineException e) {
                run.progress().failure(e.failure());
                run.progress().notes(profilers.additions());
                run.progress().notes(guard.engineStopped());
                throw e;
            }
            List<String> found = guard.engineStopped();
            if (measures && blameless) {
                doubts.addAll(found);
            } else {
                run.progress().notes(found);
            }
            profiles.close(profilers.engineStopped());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /**
     * After all that is scored: what other clients and profilers do to an engine is not to be seen in any number.
     *
     * @return whether the engine lives on, so that its end says something of what was scored
     */
    private boolean afterwards(EngineHandle engine, TokenCounts tokens, ProfilerSet profilers, boolean measured)
            throws IOException, InterruptedException {
        boolean alive = !engine.died().isDone();
        Optional<Integer> pairs = run.options().crosscheckPairs();
        boolean last = fork == configuration.forks() - 1;
        boolean server = configuration.kind() == EngineConfiguration.Kind.SERVER;
        if (server && pairs.isPresent() && last && measured && alive) {
            CrosscheckRunner.run(run, configuration, engine, pairs.get());
        }
        profiles.run(engine, tokens, profilers);
        return !alive || !engine.died().isDone();
    }

    /** Measures points until none is left or the engine dies. */
    private void points(EngineHandle engine, TokenCounts tokens, ProfilerSet profilers, GpuGuard guard)
            throws IOException, InterruptedException {
        PointRunner runner = new PointRunner(run, configuration, engine, tokens, profilers, guard, fork, scored);
        while (!left.isEmpty() && !stops()) {
            if (engine.died().isDone()) {
                died(engine.died().join(), null, 0, false); // between two points: neither has failed with it
                return;
            }
            Point point = left.remove(0);
            int attempt = run.resume().nextAttempt(point.id(), fork);
            Status status = runner.run(point, attempt);
            failed |= status != Status.OK;
            if (status == Status.FAILED) {
                run.unwell().add(point.id());
            }
            if (engine.died().isDone()) {
                failed = true;
                died(engine.died().join(), point, attempt, status == Status.FAILED);
                return;
            }
        }
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
