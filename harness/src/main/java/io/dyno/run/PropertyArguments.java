package io.dyno.run;

import io.dyno.plan.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The arguments as Maven gives them: those of the pom, and system properties beside them. {@code dyno.args} replaces the pom's; where it names
 * no benchmark, the pom's choice of benchmarks stays. {@code dyno.prof} adds profilers; commas part them as in {@code -p}.
 */
final class PropertyArguments {
    private PropertyArguments() {}

    /**
     * What was meant.
     *
     * @param given the arguments of the process
     * @param property looks a system property up; null when it is not set
     * @throws UsageException when a property or an argument cannot be read
     */
    static List<String> of(List<String> given, UnaryOperator<String> property) throws UsageException {
        String text = property.apply("dyno.args");
        List<String> arguments = new ArrayList<>();
        if (text == null || text.isBlank()) {
            arguments.addAll(given);
        } else {
            List<String> instead = ArgumentText.split(text);
            if (namesNothing(instead)) {
                arguments.addAll(CommandLine.parse(given).options().includes());
            }
            arguments.addAll(instead);
        }
        String profilers = property.apply("dyno.prof");
        for (String profiler : profilers == null ? List.<String>of() : Values.split(profilers)) {
            if (!profiler.isBlank()) {
                arguments.addAll(List.of("-prof", profiler.strip()));
            }
        }
        return arguments;
    }

    /** Neither a benchmark, nor a subcommand, nor a run to go on with, which knows its own. */
    private static boolean namesNothing(List<String> arguments) throws UsageException {
        if (Main.isSubcommand(arguments.get(0))) {
            return false;
        }
        Options options = CommandLine.parse(arguments).options();
        return options.includes().isEmpty() && !options.resume();
    }
}
