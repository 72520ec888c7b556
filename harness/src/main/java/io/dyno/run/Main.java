package io.dyno.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.engine.DryRun;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.ParentWatch;
import io.dyno.metrics.HealthBudget;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanException;
import io.dyno.plan.Rule;
import io.dyno.plan.Suggestions;
import io.dyno.profile.Profilers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The command line. Under Maven arguments come in system properties too ({@link PropertyArguments}); {@code dyno.parent=watch} ends the run when
 * Maven is gone.
 */
public final class Main {
    private final PrintStream out;
    private final PrintStream err;
    private final HealthBudget healthBudget;

    Main(PrintStream out, PrintStream err) {
        this(out, err, HealthBudget.DEFAULT);
    }

    Main(PrintStream out, PrintStream err, HealthBudget healthBudget) {
        this.out = out;
        this.err = err;
        this.healthBudget = healthBudget;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        ExitCode exit = new Main(out, err).run(List.of(args));
        out.flush();
        System.exit(exit.code());
    }

    /** Does what the arguments say and tells how it ended. */
    ExitCode run(List<String> args) {
        try {
            List<String> arguments = PropertyArguments.of(args, System::getProperty);
            if (!arguments.isEmpty() && isSubcommand(arguments.get(0))) {
                return explain(arguments.subList(1, arguments.size()));
            }
            CommandLine line = CommandLine.parse(arguments);
            if (line.options().resume() && line.action() == null) {
                arguments = Resumption.arguments(line.options(), arguments);
                line = CommandLine.parse(arguments);
            }
            if (line.action() != null) {
                return act(line);
            }
            return measure(line.options(), arguments);
        } catch (UsageException e) {
            return refuse(ExitCode.USAGE, e.getMessage());
        } catch (EngineRefusedException e) {
            if (Thread.currentThread().isInterrupted()) {
                return refuse(ExitCode.INTERRUPTED, e.getMessage());
            }
            return refuse(
                    e.kind() == EngineRefusedException.Kind.USAGE ? ExitCode.USAGE : ExitCode.NO_ENGINE,
                    e.getMessage());
        } catch (IOException e) {
            return refuse(ExitCode.FAILED, "a file could not be read or written: " + e);
        }
    }

    /** Whether the first word asks for something else than benchmarks. */
    static boolean isSubcommand(String word) {
        return word.equals("explain");
    }

    @SuppressWarnings("try") // the watch is held, not called
    private ExitCode measure(Options options, List<String> arguments)
            throws UsageException, EngineRefusedException, IOException {
        Interruption interruption = Interruption.of(Thread.currentThread(), err);
        try (ParentWatch watch =
                "watch".equals(System.getProperty("dyno.parent")) ? ParentWatch.start(interruption::now) : null) {
            return new Runner(options, arguments, out, healthBudget).run().exit();
        } finally {
            interruption.over();
        }
    }

    private ExitCode act(CommandLine line) throws UsageException, EngineRefusedException {
        switch (line.action()) {
            case "h" -> out.print(HelpText.text());
            case "l" -> {
                for (BenchmarkDefinition d : Benchmarks.select(Benchmarks.onClassPath(), line.options())) {
                    out.println(d.descriptor().benchmark());
                }
            }
            case "lp" -> out.println(Opening.points(Preparation.of(line.options(), false)));
            case "lprof" -> out.print(ProfilerList.of(Profilers.onClassPath(), line.options()));
            case "dry-run" -> dryRun(line.options());
            default -> throw new IllegalStateException(line.action());
        }
        out.flush();
        return ExitCode.OK;
    }

    /** JSON lines on standard output and nothing else. */
    private void dryRun(Options options) throws UsageException, EngineRefusedException {
        Preparation preparation = Preparation.of(options, false);
        Plan plan = preparation.plan();
        PlannedProfilers profilers = preparation.planned(options);
        try {
            ObjectMapper json = new ObjectMapper();
            for (EngineConfiguration configuration : plan.configurations()) {
                out.println(json.writeValueAsString(DryRun.describe(
                        plan, configuration, profilers.spec(configuration), profilers.describe(configuration, plan))));
            }
        } catch (PlanException e) {
            throw new UsageException(e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        preparation.notes().forEach(note -> err.println("note: " + note));
        err.println(Opening.summary(preparation));
    }

    private ExitCode explain(List<String> codes) throws UsageException {
        List<String> known = Arrays.stream(Rule.values()).map(Rule::code).toList();
        if (codes.isEmpty()) {
            throw new UsageException("explain needs a code, such as DYNO-107; there are " + String.join(", ", known));
        }
        for (String code : codes) {
            Rule rule = Arrays.stream(Rule.values())
                    .filter(r -> r.code().equalsIgnoreCase(code))
                    .findFirst()
                    .orElseThrow(
                            () -> new UsageException("there is no rule " + code + Suggestions.didYouMean(code, known)));
            out.println(rule.code() + "  " + rule.title() + "  ("
                    + rule.severity().name().toLowerCase(Locale.ROOT) + ")\n\n" + rule.explanation());
        }
        out.flush();
        return ExitCode.OK;
    }

    private ExitCode refuse(ExitCode exit, String message) {
        out.flush();
        err.println("dyno: " + message);
        err.println("dyno: exit " + exit.code() + " (" + exit.meaning() + ")");
        return exit;
    }
}
