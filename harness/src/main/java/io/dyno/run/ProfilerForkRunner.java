package io.dyno.run;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.Profilers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fork of a profiler's own: a fresh engine with the profiler around it, its profiled iterations, its end. Nothing of it is scored, and what
 * fails is told and costs the benchmark nothing.
 */
final class ProfilerForkRunner {
    private final RunContext run;
    private final EngineStarts starts;
    private final EngineConfiguration configuration;
    private final int fork;
    private final Profilers.Named profiler;

    /**
     * For one engine configuration.
     *
     * @param fork counts on from the warm-up forks
     */
    private ProfilerForkRunner(
            RunContext run, Launcher launcher, EngineConfiguration configuration, int fork, Profilers.Named profiler) {
        this.run = run;
        this.starts = new EngineStarts(run, launcher, configuration, fork);
        this.configuration = configuration;
        this.fork = fork;
        this.profiler = profiler;
    }

    /** All such forks of a run, in order; none for STARTUP, which keeps no engine. */
    static List<ProfilerForkRunner> of(RunContext run, Launcher launcher, Plan plan) {
        List<ProfilerForkRunner> forks = new ArrayList<>();
        for (EngineConfiguration configuration : plan.configurations()) {
            if (configuration.kind() != EngineConfiguration.Kind.STARTUP) {
                int fork = configuration.forks() + configuration.warmupForks();
                for (Profilers.Named profiler : ProfiledPoints.intrusive(run, Intrusion.ALWAYS)) {
                    forks.add(new ProfilerForkRunner(run, launcher, configuration, fork++, profiler));
                }
            }
        }
        return forks;
    }

    EngineConfiguration configuration() {
        return configuration;
    }

    /**
     * Runs what is left of it. An engine that dies takes the point that it served with it; the rest goes on with a new one.
     *
     * @throws IOException when a file of the run cannot be written
     * @throws InterruptedException when the run was interrupted; the engine is stopped
     */
    void run() throws IOException, InterruptedException {
        ProfiledPoints points = ProfiledPoints.ofOwnFork(run, configuration, fork, profiler);
        int start = run.resume().nextStart(configuration.id(), fork);
        for (int restarts = 0; restarts <= ForkRunner.MOST_RESTARTS && points.isLeft(); restarts++, start++) {
            run.progress().profileFork(configuration, List.of(profiler.name()));
            try {
                engine(points, start);
            } catch (EngineException e) {
                run.progress().failure(e.failure());
                points.lost(e.failure());
            }
        }
    }

    private void engine(ProfiledPoints points, int start) throws EngineException, IOException, InterruptedException {
        try (ProfilerSet profilers = ProfilerSet.ofOwnFork(run, profiler)) {
            profilers.engineStarting(starts.context(start), run.preparation().gpuUse(configuration));
            Optional<String> useless = profilers.whyNot(profiler);
            if (useless.isPresent()) {
                points.lost(useless.get());
                return;
            }
            try (EngineHandle engine = starts.launch(profilers::dress, start)) {
                TokenCounts tokens = starts.ready(engine, start, profiler.name());
                profilers.engineReady(engine);
                points.run(engine, tokens, profilers);
                profilers.engineStopping(engine);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } catch (InterruptedException e) {
                points.close(profilers.abandoned());
                throw e;
            }
            points.close(profilers.engineStopped());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
