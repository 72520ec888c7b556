package io.dyno.run;

import io.dyno.plan.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What was asked on the command line.
 *
 * @param options the options
 * @param action an action of {@link OptionTable#ACTIONS}, or null to run
 */
record CommandLine(Options options, String action) {

    /**
     * Reads arguments.
     *
     * @throws UsageException for an unknown option, a missing or bad value, two actions
     */
    static CommandLine parse(List<String> arguments) throws UsageException {
        ParseResult parsed;
        try {
            parsed = new picocli.CommandLine(spec()).parseArgs(arguments.toArray(String[]::new));
        } catch (UnmatchedArgumentException e) {
            throw new UsageException(unknown(e.getUnmatched().get(0)), e);
        } catch (MissingParameterException e) {
            String option = e.getMissing().isEmpty()
                    ? "an option"
                    : "-" + optionName(e.getMissing().get(0));
            throw new UsageException(option + " needs a value; -h says which", e);
        } catch (ParameterException e) {
            throw new UsageException(e.getMessage(), e);
        }
        Options.Builder builder = Options.builder();
        for (String regexp : parsed.matchedPositionalValue(0, List.<String>of())) {
            builder.include(OptionTable.regexp("the benchmark name", regexp));
        }
        for (OptionTable.Option option : OptionTable.OPTIONS) {
            if (!parsed.hasMatchedOption("-" + option.name())) {
                continue;
            }
            if (!option.takesValue()) {
                option.apply().to(builder, "");
                continue;
            }
            for (String text : parsed.<List<String>>matchedOptionValue("-" + option.name(), List.of())) {
                option.apply().to(builder, text);
            }
        }
        List<String> actions = OptionTable.ACTIONS.keySet().stream()
                .filter(name -> parsed.hasMatchedOption("-" + name))
                .toList();
        if (actions.contains("h")) {
            return new CommandLine(builder.build(), "h");
        }
        if (actions.size() > 1) {
            throw new UsageException("-" + actions.get(0) + " and -" + actions.get(1) + " cannot be asked at once");
        }
        return new CommandLine(builder.build(), actions.isEmpty() ? null : actions.get(0));
    }

    private static String optionName(ArgSpec option) {
        return ((OptionSpec) option).shortestName().replaceFirst("^-+", "");
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.parser().posixClusteredShortOptionsAllowed(false).trimQuotes(false).splitQuotedStrings(false);
        for (OptionTable.Option option : OptionTable.OPTIONS) {
            OptionSpec.Builder built = OptionSpec.builder("-" + option.name(), "--" + option.name());
            if (option.takesValue()) {
                built.arity("1").type(List.class).auxiliaryTypes(String.class).paramLabel(option.placeholder());
            } else {
                built.arity("0").type(boolean.class);
            }
            spec.addOption(built.build());
        }
        for (String action : OptionTable.ACTIONS.keySet()) {
            List<String> names = new ArrayList<>(List.of("-" + action, "--" + action));
            if (action.equals("h")) {
                names.addAll(List.of("-help", "--help"));
            }
            spec.addOption(OptionSpec.builder(names.toArray(String[]::new))
                    .arity("0")
                    .type(boolean.class)
                    .build());
        }
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        return spec;
    }

    private static String unknown(String argument) {
        String name = argument.replaceFirst("^--?", "").replaceFirst("=.*", "");
        String reason = OptionTable.REFUSED.get(name);
        if (reason != null) {
            return "JMH's -" + name + " has no meaning here: " + reason;
        }
        Set<String> names = new TreeSet<>(OptionTable.ACTIONS.keySet());
        OptionTable.OPTIONS.forEach(option -> names.add(option.name()));
        String nearest = Suggestions.closest(name, names)
                .map(found -> "; did you mean -" + found + "?")
                .orElse("");
        return "there is no option " + argument + nearest
                + "  (-h lists them; settings of the engine and the load are -p name=value)";
    }
}
