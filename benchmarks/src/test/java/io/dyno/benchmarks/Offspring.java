package io.dyno.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processes that a marked process started, and those that they started in turn: what carries the mark in its environment, and what stands in
 * a process group or session that one of those led whenever it was looked. A program that writes a title over its command line, as vLLM's workers do, writes over
 * its environment too. Zombies do not count.
 */
public final class Offspring {
    private static final Duration LOOK = Duration.ofMillis(50);

    /** Name of the variable that carries the mark. */
    public static final String VARIABLE = "DYNO_TEST_MARK";

    /** Leaders of process groups and sessions that were seen to carry a mark, by mark. What they lead outlives them. */
    private static final Map<String, Set<String>> LEADERS = new ConcurrentHashMap<>();

    private Offspring() {}

    /** Command lines of those that live, with their process ids in front. */
    public static List<String> of(String mark) {
        Set<String> leaders = LEADERS.computeIfAbsent(mark, m -> ConcurrentHashMap.newKeySet());
        List<Path> processes = processes();
        Set<Path> marked = processes.stream()
                .filter(p -> read(p.resolve("environ")).contains(VARIABLE + "=" + mark + "\0"))
                .collect(Collectors.toSet());
        marked.stream()
                .map(p -> p.getFileName().toString())
                .filter(pid -> leadersOf(Path.of("/proc", pid)).contains(pid))
                .forEach(leaders::add);
        return processes.stream()
                .filter(p -> marked.contains(p) || leadersOf(p).stream().anyMatch(leaders::contains))
                .filter(Offspring::alive)
                .map(p -> p.getFileName() + " " + read(p.resolve("cmdline")).replace('\0', ' '))
                .toList();
    }

    private static List<Path> processes() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().chars().allMatch(Character::isDigit))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition that gives no event; whether it came true in time. */
    public static boolean await(Duration timeout, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    private static boolean alive(Path process) {
        List<String> stat = stat(process);
        return !stat.isEmpty() && !"ZX".contains(stat.get(0));
    }

    /** The leaders of its process group and of its session; none when it is gone. */
    private static List<String> leadersOf(Path process) {
        List<String> stat = stat(process);
        return stat.isEmpty() ? List.of() : stat.subList(2, 4);
    }

    /** State, parent, group, session and so on; empty when the process is gone. The name in front of them may hold anything. */
    private static List<String> stat(Path process) {
        String stat = read(process.resolve("stat"));
        int name = stat.lastIndexOf(')');
        return name < 0 ? List.of() : List.of(stat.substring(name + 2).split(" ", -1));
    }

    /** Empty when the process is gone or another's. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
