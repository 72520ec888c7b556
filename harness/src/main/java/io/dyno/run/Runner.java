package io.dyno.run;

import io.dyno.engine.ApiKey;
import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.Launcher;
import io.dyno.engine.local.LocalLauncher;
import io.dyno.engine.remote.RemoteLauncher;
import io.dyno.load.http.ClientWarmup;
import io.dyno.metrics.HealthBudget;
import io.dyno.plan.Defaults;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.Point;
import io.dyno.report.ConsoleTable;
import io.dyno.result.Journal;
import io.dyno.result.JournalEvent;
import io.dyno.result.PlannedPoint;
import io.dyno.result.PointResult;
import io.dyno.result.ResultFiles;
import io.dyno.result.Resume;
import io.dyno.result.RunDirectory;
import io.dyno.result.RunLockedException;
import io.dyno.result.RunNameException;
import io.dyno.result.RunResults;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Runs benchmarks: from the command line, and from Java.
 *
 * <pre>{@code
 * Options options = Options.builder().include("ChatCapacity").forks(3).build();
 * Runner.Outcome outcome = new Runner(options).run();
 * }</pre>
 *
 * <p>When the thread is interrupted, the run ends as after Ctrl-C: the engine is stopped, what is complete is kept, and the run can be
 * resumed.
 */
public final class Runner {
    /** The client's code is warm after one to two seconds; a machine on which it is not after these has other troubles. */
    private static final Duration CLIENT_WARMUP = Duration.ofSeconds(5);

    private final Options options;
    private final List<String> arguments;
    private final PrintStream out;
    private final HealthBudget healthBudget;

    /** A runner that prints to standard output. */
    public Runner(Options options) {
        this(options, List.of(), System.out, HealthBudget.DEFAULT);
    }

    Runner(Options options, List<String> arguments, PrintStream out, HealthBudget healthBudget) {
        this.options = options;
        this.arguments = List.copyOf(arguments);
        this.out = out;
        this.healthBudget = healthBudget;
    }

    /**
     * How a run ended.
     *
     * @param exit the exit code
     * @param reason one line: which points failed, or what else
     * @param results everything measured
     * @param folder the run's folder
     */
    public record Outcome(ExitCode exit, String reason, RunResults results, Path folder) {}

    /**
     * Runs.
     *
     * @throws UsageException when what was asked for cannot be; nothing was started
     * @throws EngineRefusedException when no engine can be chosen; nothing was started
     * @throws IOException when a file of the run cannot be written
     */
    public Outcome run() throws UsageException, EngineRefusedException, IOException {
        Optional<FurtherFile> further = FurtherFile.of(options);
        Preparation preparation = Preparation.of(options, true);
        try (Console console = options.output().isPresent()
                        ? Console.to(out, options.output().get())
                        : Console.to(out);
                RunDirectory directory = directory()) {
            return run(preparation, further, console, directory);
        }
    }

    private RunDirectory directory() throws UsageException, IOException {
        try {
            String name = options.run().orElse(null);
            if (!options.resume()) {
                return RunDirectory.create(
                        options.results(), name, Clock.system(ZoneId.systemDefault()), new SecureRandom());
            }
            String unfinished = name != null
                    ? name
                    : RunDirectory.newestUnfinished(options.results())
                            .orElseThrow(() -> new UsageException("-resume: no run in " + options.results()
                                    + " is unfinished; name one with -run, or leave -resume out to begin a new one"));
            return RunDirectory.open(options.results(), unfinished);
        } catch (RunNameException | RunLockedException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private Outcome run(Preparation preparation, Optional<FurtherFile> further, Console console, RunDirectory directory)
            throws UsageException, IOException {
        Plan plan = preparation.plan();
        Resume resume =
                Files.exists(directory.journal()) ? Resume.of(Journal.read(directory.journal())) : Resume.of(List.of());
        List<PlannedPoint> points = plannedPoints(plan);
        List<String> conditions = conditions(preparation);
        if (!resume.sameAs(points, conditions)) {
            throw new UsageException("-resume: " + directory.name() + " was begun with other benchmarks or settings"
                    + " (configuration " + resume.hash() + ", now " + Resume.configurationHash(points, conditions)
                    + "); give the same arguments, or begin a new run");
        }
        boolean simulated = preparation.simulated();
        try (Journal journal = Journal.open(directory.journal(), InstantSource.system())) {
            journal.append(new JournalEvent.RunStarted(
                    Resume.configurationHash(points, conditions),
                    options.resume(),
                    options.maxFailed().orElse(Defaults.MAX_FAILED),
                    points));
            ProfilerRecord profilers = new ProfilerRecord(preparation.profilers());
            profilers.begin(
                    directory,
                    Provenance.continued(
                            directory.resolve("run.json"),
                            Provenance.of(
                                    directory.name(),
                                    Instant.now(),
                                    arguments,
                                    preparation.choice(),
                                    preparation.gpuProbe(),
                                    plan.configurations(),
                                    plan.orderSeed(),
                                    profilers.entries())));
            console.print(Opening.text(preparation));
            Progress progress = new Progress(console, simulated, plan.forks());
            RunContext context = new RunContext(
                    options,
                    preparation,
                    further,
                    directory,
                    journal,
                    resume,
                    console,
                    progress,
                    profilers,
                    healthBudget,
                    new HashSet<>(resume.failed()));
            Ending ending = forks(context);
            return close(context, ending);
        }
    }

    /** What decides a number besides the settings: a run that is continued under others would average what does not belong together. */
    private List<String> conditions(Preparation preparation) {
        List<String> conditions = new ArrayList<>();
        conditions.add("engine " + preparation.choice().engine().id());
        if (preparation.machine() != null) {
            conditions.add("machine " + preparation.machine().text());
        } else {
            conditions.add("command " + preparation.choice().command());
            conditions.add("servers " + preparation.choice().urls() + " of " + preparation.givenGpus() + " GPUs");
        }
        if (!options.devMode().orElse(true)) {
            conditions.add("dev mode off");
        }
        conditions.add("timeout " + options.timeout().map(Durations::format).orElse("default"));
        conditions.add("profilers " + options.profilers());
        for (EngineConfiguration configuration : preparation.plan().configurations()) {
            conditions.add(configuration.id() + " warm-up forks " + configuration.warmupForks());
            for (Point point : configuration.points()) {
                conditions.add(point.id() + " " + point.warmup() + " " + point.measurement());
            }
        }
        return conditions;
    }

    private static List<PlannedPoint> plannedPoints(Plan plan) {
        List<PlannedPoint> points = new ArrayList<>();
        for (EngineConfiguration configuration : plan.configurations()) {
            for (Point point : configuration.points()) {
                points.add(PlannedPoint.of(configuration, point));
            }
        }
        for (Plan.Skipped skipped : plan.skipped()) {
            points.add(PlannedPoint.skipped(skipped.point(), skipped.reason()));
        }
        return points;
    }

    /** What the forks say of how the run ended; whether points failed is for the results to tell. */
    private enum Ending {
        DONE,
        NO_ENGINE,
        INTERRUPTED
    }

    private Ending forks(RunContext run) throws IOException {
        Plan plan = run.preparation().plan();
        Launcher launcher = launcher(run.preparation().choice());
        List<EngineConfiguration> hopeless = new ArrayList<>();
        boolean anyEngine = false;
        try {
            if (plan.configurations().stream()
                    .allMatch(configuration ->
                            allClosed(run, configuration) && ProfiledPoints.noneLeft(run, configuration))) {
                run.console().print("\nnothing is left to do: every point of this run is closed");
                return Ending.DONE;
            }
            run.progress().clientWarm(ClientWarmup.run(CLIENT_WARMUP));
            for (Turn turn : Turn.of(plan)) {
                if (hopeless.contains(turn.configuration())
                        || (turn.warmup() && allClosed(run, turn.configuration()))) {
                    continue;
                }
                ForkRunner.Outcome outcome = turn.configuration().kind() == EngineConfiguration.Kind.STARTUP
                        ? new StartupForkRunner(run, launcher, turn.configuration(), turn.fork()).run()
                        : new ForkRunner(run, launcher, turn.configuration(), turn.fork()).run();
                anyEngine |= outcome != ForkRunner.Outcome.NO_ENGINE;
                if (outcome == ForkRunner.Outcome.NO_ENGINE) {
                    hopeless.add(turn.configuration()); // the same engine will not start the next time either
                }
                if (outcome != ForkRunner.Outcome.OK && options.failOnError()) {
                    run.console().print("\nstopped at the first failure (-foe true)");
                    return ending(anyEngine, hopeless);
                }
            }
            for (ProfilerForkRunner fork : ProfilerForkRunner.of(run, launcher, plan)) {
                if (!hopeless.contains(fork.configuration())) {
                    fork.run();
                }
            }
        } catch (InterruptedException e) {
            return Ending.INTERRUPTED;
        }
        return Thread.interrupted() ? Ending.INTERRUPTED : ending(anyEngine, hopeless);
    }

    private static Ending ending(boolean anyEngine, List<EngineConfiguration> hopeless) {
        return anyEngine || hopeless.isEmpty() ? Ending.DONE : Ending.NO_ENGINE;
    }

    private static Launcher launcher(EngineChoice choice) {
        return choice.engine() == EngineKind.REMOTE
                ? new RemoteLauncher(choice.urls(), ApiKey.ofEnvironment())
                : new LocalLauncher();
    }

    /** Whether an earlier part of the run left nothing of a configuration to do. */
    private static boolean allClosed(RunContext run, EngineConfiguration configuration) {
        return IntStream.range(0, configuration.forks()).allMatch(fork -> configuration.points().stream()
                .allMatch(point -> run.resume().isClosed(point.id(), fork)));
    }

    private Outcome close(RunContext run, Ending ending) throws IOException {
        RunResults soFar = ResultFiles.read(run.directory().path());
        ExitCode exit = ExitCode.OK;
        String reason = ExitCode.OK.meaning();
        List<PointResult> bad =
                soFar.points().stream().filter(point -> bad(point, ending)).toList();
        if (!bad.isEmpty()) {
            exit = ExitCode.FAILED;
            reason = Closing.of(bad, soFar.points().size());
        }
        if (ending == Ending.NO_ENGINE) {
            exit = ExitCode.NO_ENGINE;
            reason = ExitCode.NO_ENGINE.meaning();
        } else if (ending == Ending.INTERRUPTED) {
            exit = ExitCode.INTERRUPTED;
            reason = "interrupted; go on with -resume -run " + run.directory().name();
        }
        run.journal().append(new JournalEvent.RunEnded(exit.code(), reason));
        RunResults results = ResultFiles.write(run.directory().path());
        if (run.further().isPresent()) {
            FurtherFile file = run.further().get();
            ResultFiles.write(results, file.format(), file.file());
        }
        run.console().print("\n" + ConsoleTable.of(results, false) + files(run));
        Preparation preparation = run.preparation();
        MissingProfiles.of(preparation.plan(), preparation.profilers(), results.profiles())
                .forEach(run.console()::print);
        run.console().print("dyno: exit " + exit.code() + " (" + reason + ")");
        return new Outcome(exit, reason, results, run.directory().path());
    }

    private String files(RunContext run) {
        return "files    " + options.results().resolve(run.directory().name())
                + "/{results.json, results.csv, jmh.json, verdict.json, junit.xml, journal.jsonl, requests/, logs/}"
                + run.further().map(f -> "\n         " + f.file()).orElse("");
    }

    private boolean bad(PointResult point, Ending ending) {
        return switch (point.status()) {
            case FAILED, VOID -> true;
            case OK -> options.strict() && !point.suspects().isEmpty();
            case SKIPPED -> false;
            case INTERRUPTED -> ending != Ending.INTERRUPTED; // the run went to its end without it
        };
    }
}
