package io.dyno.run;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.Launcher;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.WorkerHandle;
import io.dyno.engine.sim.SimOptions;
import io.dyno.load.http.HttpTarget;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanException;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.result.Failure;
import io.dyno.result.JournalEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Starts of the engines of one fork of one engine configuration, and what the journal says of them. */
final class EngineStarts {
    private final RunContext run;
    private final Launcher launcher;
    private final EngineConfiguration configuration;
    private final int fork;

    /**
     * For one fork.
     *
     * @param fork from 0; warm-up forks count on from the measured ones, forks of a profiler's own from those
     */
    EngineStarts(RunContext run, Launcher launcher, EngineConfiguration configuration, int fork) {
        this.run = run;
        this.launcher = launcher;
        this.configuration = configuration;
        this.fork = fork;
    }

    /** Whether the fork counts: false for a warm-up fork. */
    boolean scored() {
        return fork < configuration.forks();
    }

    /**
     * Starts an engine.
     *
     * @param dress what is done to each process before it starts
     * @param start number of the start among those of this configuration and fork, from 1
     */
    EngineHandle launch(BiFunction<ProcessSpec, EngineContext, ProcessSpec> dress, int start)
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
        EngineContext context = context(start);
        Launcher.Request request = new Launcher.Request(
                log,
                run.readyTimeout(),
                process -> dress.apply(identified(process, start), context),
                run.progress()::phase);
        return launcher.launch(spec, request);
    }

    /** What profilers are told of a start. */
    EngineContext context(int start) {
        return new EngineContext(
                configuration.benchmark(),
                configuration,
                fork,
                start,
                run.directory().profiles());
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

    /**
     * Tells and writes down that an engine is ready, and what it says of itself.
     *
     * @param profiles the profilers that alone have use for it, separated by commas; null where something is to be scored
     * @return how it counts tokens
     */
    TokenCounts ready(EngineHandle engine, int start, String profiles) throws IOException, InterruptedException {
        run.progress().ready(engine.startup());
        run.progress().version(engine.info().version());
        run.progress().inForce(configuration, engine.inForce());
        TokenCounts tokens = tokens(engine);
        run.progress().tokens(tokens);
        journalReady(engine, start, tokens, profiles);
        return tokens;
    }

    /** A foreign server was asked before the run. */
    private TokenCounts tokens(EngineHandle engine) throws InterruptedException {
        if (engine instanceof WorkerHandle) {
            return TokenCounts.ofStatistics();
        }
        Attachment attachment = run.preparation().attachment();
        if (attachment != null) {
            return attachment.counts().get(configuration.id());
        }
        return TokenCounts.askOurs(HttpTarget.of(engine, 0), configuration);
    }

    private void journalReady(EngineHandle engine, int start, TokenCounts tokens, String profiles) throws IOException {
        List<JournalEvent.StartupPhase> phases = engine.startup().stream()
                .map(p -> new JournalEvent.StartupPhase(p.name(), p.detail(), p.seconds()))
                .toList();
        JournalEvent.EngineReady ready = new JournalEvent.EngineReady(
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
                unknown(engine),
                profiles);
        if (scored() || profiles != null) {
            run.journal().append(ready);
        }
    }

    /** What the engine does not tell and the user did not either. */
    private Map<String, String> unknown(EngineHandle engine) {
        Map<String, String> unknown = new LinkedHashMap<>(engine.unknown());
        if (run.preparation().gpus(configuration) != null) {
            unknown.remove("gpus");
        }
        return unknown;
    }

    /** A failure as files have it. */
    Failure failure(EngineFailure failure) {
        return failure(run, failure);
    }

    /** A failure of an engine of a run, as files have it. */
    static Failure failure(RunContext run, EngineFailure failure) {
        String log = failure.log() == null ? null : run.directory().relative(failure.log());
        String place = log == null || failure.lineNumber() == 0 ? log : log + ":" + failure.lineNumber();
        // The engine's own words first: a table shows the beginning.
        String message = failure.line() == null ? failure.message() : failure.line() + " (" + failure.message() + ")";
        return new Failure(failure.type(), message, place);
    }

    /** A warm-up fork leaves nothing in the journal: nothing of it counts. */
    void journal(JournalEvent event) throws IOException {
        if (scored()) {
            run.journal().append(event);
        }
    }
}
