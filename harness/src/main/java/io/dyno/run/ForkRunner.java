package io.dyno.run;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.Launcher;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.sim.SimOptions;
import io.dyno.load.http.HttpTarget;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanException;
import io.dyno.plan.Point;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import io.dyno.result.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One fork of one engine configuration: a fresh engine, its points in their shuffled order, the engine's end. */
final class ForkRunner {
    /** An engine that dies takes the point that it served with it; the rest of the fork goes on with a new one, so often. */
    private static final int MOST_RESTARTS = 2;

    private final RunContext run;
    private final Launcher launcher;
    private final EngineConfiguration configuration;
    private final int fork;
    private final boolean scored;

    /**
     * For one fork.
     *
     * @param fork from 0; warm-up forks count on from the measured ones
     */
    ForkRunner(RunContext run, Launcher launcher, EngineConfiguration configuration, int fork) {
        this.run = run;
        this.launcher = launcher;
        this.configuration = configuration;
        this.fork = fork;
        this.scored = fork < configuration.forks();
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
        if (left.isEmpty()) {
            run.progress().forkDone();
            return Outcome.OK;
        }
        int start = run.resume().nextStart(configuration.id(), fork);
        boolean everReady = false;
        boolean failed = false;
        for (int restarts = 0; goesOn(left, failed) && restarts <= MOST_RESTARTS; restarts++, start++) {
            run.progress().fork(configuration, !scored, restarts > 0);
            try (ProfilerSet profilers = new ProfilerSet(run.preparation().profilers(), run.console())) {
                try (EngineHandle engine = launch(profilers, start)) {
                    everReady = true;
                    run.progress().ready(engine.startup());
                    run.progress().version(engine.info().version());
                    run.progress().inForce(configuration, engine.inForce());
                    TokenCounts tokens = tokens(engine);
                    run.progress().tokens(tokens);
                    journalReady(engine, start, tokens);
                    profilers.engineReady(engine);
                    failed |= !points(engine, tokens, profilers, left);
                    crosscheck(engine, left);
                    profilers.engineStopping();
                }
            } catch (EngineException e) {
                run.progress().failure(e.failure());
                // Also of a warm-up fork: it is why nothing of the configuration will be measured.
                run.journal()
                        .append(new JournalEvent.Failed(
                                configuration.id(), scored ? fork : 0, null, null, failure(e.failure())));
                return everReady ? Outcome.FAILED : Outcome.NO_ENGINE;
            }
        }
        if (left.isEmpty()) {
            journal(new JournalEvent.ForkEnded(configuration.id(), fork));
        }
        return failed || !left.isEmpty() ? Outcome.FAILED : Outcome.OK;
    }

    private boolean goesOn(List<Point> left, boolean failed) {
        return !left.isEmpty() && !(failed && run.options().failOnError());
    }

    /** Measures points until none is left or the engine dies; whether all went well. */
    private boolean points(EngineHandle engine, TokenCounts tokens, ProfilerSet profilers, List<Point> left)
            throws IOException, InterruptedException {
        PointRunner runner = new PointRunner(run, configuration, engine, tokens, profilers, fork, scored);
        boolean well = true;
        while (goesOn(left, !well)) {
            if (engine.died().isDone()) {
                died(engine.died().join(), null, 0, false); // between two points: neither has failed with it
                return well;
            }
            Point point = left.remove(0);
            int attempt = run.resume().nextAttempt(point.id(), fork);
            Status status = runner.run(point, attempt);
            well &= status == Status.OK;
            if (engine.died().isDone()) {
                died(engine.died().join(), point, attempt, status == Status.FAILED);
                return false;
            }
        }
        return well;
    }

    /** After all that is scored: what other clients do to an engine is not to be seen in any number. */
    private void crosscheck(EngineHandle engine, List<Point> left) throws IOException, InterruptedException {
        Optional<Integer> pairs = run.options().crosscheckPairs();
        boolean last = fork == configuration.forks() - 1;
        if (pairs.isPresent() && last && left.isEmpty() && !engine.died().isDone()) {
            CrosscheckRunner.run(run, configuration, engine, pairs.get());
        }
    }

    /** The point that the engine served has failed with it, unless its load was over. */
    private void died(EngineFailure failure, Point point, int attempt, boolean pointLost) throws IOException {
        run.progress().failure(failure);
        if (!pointLost) {
            journal(new JournalEvent.Failed(configuration.id(), fork, null, null, failure(failure)));
            return;
        }
        journal(new JournalEvent.Failed(configuration.id(), fork, point.id(), attempt, failure(failure)));
        journal(new JournalEvent.PointClosed(
                point.id(), attempt, fork, Status.FAILED, failure(failure), null, null, List.of()));
    }

    private EngineHandle launch(ProfilerSet profilers, int start)
            throws EngineException, InterruptedException, IOException {
        EngineSpec spec;
        try {
            spec = EngineSpecs.of(configuration, run.preparation().choice());
        } catch (PlanException e) {
            throw new IOException(e.getMessage(), e); // the plan was checked before anything started
        }
        Path log = run.directory()
                .logs()
                .resolve(configuration.id() + "-f" + fork + (start > 1 ? "-s" + start : "") + ".log");
        Launcher.Request request = new Launcher.Request(
                log, run.readyTimeout(), process -> profilers.dress(identified(process, start)), run.progress()::phase);
        return launcher.launch(spec, request);
    }

    /** The simulator draws how an engine start differs from others by a name of the start, the same in every run. */
    private ProcessSpec identified(ProcessSpec process, int start) {
        if (run.preparation().choice().engine() != EngineKind.SIM) {
            return process;
        }
        Map<String, String> env = new TreeMap<>(process.env());
        env.putIfAbsent(SimOptions.START_VARIABLE, configuration.id() + "-" + fork + "-" + start);
        return new ProcessSpec(process.node(), process.role(), process.argv(), env);
    }

    /** A foreign server was asked before the run. */
    private TokenCounts tokens(EngineHandle engine) throws InterruptedException {
        Attachment attachment = run.preparation().attachment();
        if (attachment != null) {
            return attachment.counts().get(configuration.id());
        }
        return TokenCounts.askOurs(HttpTarget.of(engine, 0), configuration);
    }

    private void journalReady(EngineHandle engine, int start, TokenCounts tokens) throws IOException {
        List<JournalEvent.StartupPhase> phases = engine.startup().stream()
                .map(p -> new JournalEvent.StartupPhase(p.name(), p.detail(), p.seconds()))
                .toList();
        journal(new JournalEvent.EngineReady(
                configuration.id(),
                fork,
                start,
                run.preparation().choice().engine().id(),
                engine.info().version(),
                engine.info().simulated(),
                run.preparation().gpus(configuration),
                new JournalEvent.EngineIdentity(
                        configuration.model(),
                        configuration.settings().text("revision"),
                        run.preparation().gpuNames(),
                        engine.info().version()),
                engine.inForce(),
                phases,
                run.directory().relative(engine.log()),
                run.preparation().choice().urls().stream().map(URI::toString).toList(),
                tokens.sources(),
                unknown(engine)));
    }

    /** What the engine does not tell and the user did not either. */
    private Map<String, String> unknown(EngineHandle engine) {
        Map<String, String> unknown = new LinkedHashMap<>(engine.unknown());
        if (run.preparation().gpus(configuration) != null) {
            unknown.remove("gpus");
        }
        return unknown;
    }

    private Failure failure(EngineFailure failure) {
        String log = failure.log() == null ? null : run.directory().relative(failure.log());
        String place = log == null || failure.lineNumber() == 0 ? log : log + ":" + failure.lineNumber();
        // The engine's own words first: a table shows the beginning.
        String message = failure.line() == null ? failure.message() : failure.line() + " (" + failure.message() + ")";
        return new Failure(failure.type(), message, place);
    }

    /** A warm-up fork leaves nothing in the journal: nothing of it counts. */
    private void journal(JournalEvent event) throws IOException {
        if (scored) {
            run.journal().append(event);
        }
    }
}
