package io.dyno.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code -resume} alone goes on with what the run was begun with: its arguments stand in run.json. */
final class Resumption {
    /** Options that say which run; all others would say what it does. */
    private static final Set<String> WHICH_RUN = Set.of("run", "results");

    private Resumption() {}

    /**
     * The arguments to go on with: those of the run when nothing but the run was named, else those given.
     *
     * @throws UsageException when run.json cannot be read
     */
    static List<String> arguments(Options options, List<String> given) throws UsageException {
        if (!withoutRun(given).isEmpty()) {
            return given;
        }
        try {
            String name = options.run().isPresent()
                    ? options.run().get()
                    : RunDirectory.newestUnfinished(options.results()).orElse(null);
            Path file = name == null ? null : options.results().resolve(name).resolve("run.json");
            if (file == null || Files.notExists(file)) {
                return given; // the runner says what is missing
            }
            List<String> arguments = new ArrayList<>();
            for (JsonNode argument : new ObjectMapper().readTree(file.toFile()).path("arguments")) {
                arguments.add(argument.asText());
            }
            arguments = withoutRun(arguments);
            arguments.addAll(given);
            return arguments;
        } catch (IOException e) {
            throw new UsageException("-resume: the arguments of the run cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> withoutRun(List<String> arguments) {
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i).replaceFirst("^--?", "");
            boolean option = arguments.get(i).startsWith("-");
            if (option && WHICH_RUN.contains(name)) {
                i++;
            } else if (!(option && name.equals("resume"))) {
                rest.add(arguments.get(i));
            }
        }
        return rest;
    }
}
