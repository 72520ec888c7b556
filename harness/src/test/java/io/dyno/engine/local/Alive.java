package io.dyno.engine.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Which processes live. A zombie does not: what became of it is its parent's affair. */
final class Alive {
    private static final Duration LOOK = Duration.ofMillis(20);

    private Alive() {}

    /** Those of the processes that are still alive when all have ended or the time is over. */
    static List<Long> after(Duration timeout, Collection<Long> pids) {
        await(timeout, () -> pids.stream().noneMatch(Alive::alive));
        return pids.stream().filter(Alive::alive).toList();
    }

    /** Waits for a condition that gives no event; whether it came true in time. */
    static boolean await(Duration timeout, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return !"ZX".contains(stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
        } catch (IOException e) {
            return false;
        }
    }
}
