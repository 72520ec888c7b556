package io.dyno.engine.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which processes belong to a patient program, and are no part of the engine that it runs: those whose executable has a name of the program's own,
 * and scripts with such a name.
 *
 * @param beginnings of file names, in any case
 */
public record Kin(List<String> beginnings) {
    /** Where a command line has the program: first, or after its interpreter. */
    private static final int FIRST_ARGUMENTS = 2;

    public Kin {
        beginnings = List.copyOf(beginnings);
    }

    /** The living processes below a process that are none of its kin: the engine. */
    public Set<Long> engineBelow(long root) {
        return ProcessTree.descendants(root).stream().filter(pid -> !has(pid)).collect(Collectors.toSet());
    }

    /** Whether a process is one of them. */
    boolean has(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        return Stream.concat(Stream.of(executable(proc)), arguments(proc)).anyMatch(this::names);
    }

    private boolean names(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return beginnings.stream().anyMatch(beginning -> name.startsWith(beginning.toLowerCase(Locale.ROOT)));
    }

    private static String executable(Path proc) {
        try {
            return Files.readSymbolicLink(proc.resolve("exe")).toString();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private static Stream<String> arguments(Path proc) {
        try {
            String line = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return Stream.of(line.split("\0", -1)).limit(FIRST_ARGUMENTS);
        } catch (IOException e) {
            return Stream.empty(); // it has ended
        }
    }
}
