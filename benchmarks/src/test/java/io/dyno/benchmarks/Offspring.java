package io.dyno.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The processes that carry a mark in their environment: what a marked process started, it and whoever started it in turn. Zombies do not count. */
public final class Offspring {
    private static final Duration LOOK = Duration.ofMillis(50);

    /** Name of the variable that carries the mark. */
    public static final String VARIABLE = "DYNO_TEST_MARK";

    private Offspring() {}

    /** Command lines of those that live, with their process ids in front. */
    public static List<String> of(String mark) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(p -> read(p.resolve("environ")).contains(VARIABLE + "=" + mark + "\0"))
                    .filter(Offspring::alive)
                    .map(p -> p.getFileName() + " " + read(p.resolve("cmdline")).replace('\0', ' '))
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
        String stat = read(process.resolve("stat"));
        int name = stat.lastIndexOf(')');
        return name > 0 && "ZX".indexOf(stat.charAt(name + 2)) < 0;
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
