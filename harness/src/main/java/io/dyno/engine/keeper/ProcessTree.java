package io.dyno.engine.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who descends from whom, as /proc tells it. Linux only: elsewhere every tree is empty. */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    private ProcessTree() {}

    /** All living descendants of a process, nearest first, itself not among them; zombies have ended. */
    public static Set<Long> descendants(long root) {
        Map<Long, List<Stat>> children = new HashMap<>();
        for (Stat stat : processes()) {
            children.computeIfAbsent(stat.parent, pid -> new ArrayList<>()).add(stat);
        }
        Set<Long> found = new LinkedHashSet<>();
        Deque<Long> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            for (Stat child : children.getOrDefault(open.poll(), List.of())) {
                open.add(child.pid);
                if (child.alive) {
                    found.add(child.pid);
                }
            }
        }
        return found;
    }

    private record Stat(long pid, long parent, boolean alive) {}

    private static List<Stat> processes() {
        List<Stat> stats = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                read(folder).ifPresent(stats::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        return stats;
    }

    private static Optional<Stat> read(Path folder) {
        try {
            return Optional.of(parse(Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            return Optional.empty(); // it ended between the listing and the look
        }
    }

    /** {@code pid (name) state ppid …}, where the name may hold blanks and brackets of its own. */
    private static Stat parse(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
        long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
        return new Stat(pid, Long.parseLong(afterName[1]), !"ZX".contains(afterName[0]));
    }
}
