package io.dyno.run;

import io.dyno.profile.Profiler;
import io.dyno.profile.Profilers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of an engine's profilers still work. One that fails is told, once, and left alone; the benchmark goes on. */
final class WorkingProfilers {
    private final List<Profilers.Named> attached;
    private final List<Profilers.Named> working;
    private final Map<Profilers.Named, String> failures = new HashMap<>();
    private final Set<Profilers.Named> failedLate = new HashSet<>();
    private final Console console;
    private boolean pointsOver;

    WorkingProfilers(List<Profilers.Named> attached, Console console) {
        this.attached = attached;
        this.working = new ArrayList<>(attached);
        this.console = console;
    }

    /** What can fail in a profiler. */
    interface Step {
        void of(Profiler profiler) throws Exception;
    }

    /** How a step went. */
    enum Went {
        WELL,
        WRONG,
        /** Which the thread's flag says again. */
        INTERRUPTED
    }

    /** Those that work, in order. */
    List<Profilers.Named> inOrder() {
        return List.copyOf(working);
    }

    /** All of them, last first, as they are stopped. */
    List<Profilers.Named> allInReverse() {
        return reversed(attached);
    }

    static List<Profilers.Named> reversed(List<Profilers.Named> profilers) {
        List<Profilers.Named> reverse = new ArrayList<>(profilers);
        Collections.reverse(reverse);
        return reverse;
    }

    boolean works(Profilers.Named named) {
        return working.contains(named);
    }

    void each(List<Profilers.Named> members, String when, Step step) {
        members.forEach(named -> one(named, when, step));
    }

    /** A step of one of them, whether it works or not. */
    Went one(Profilers.Named named, String when, Step step) {
        try {
            step.of(named.profiler());
            return Went.WELL;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Went.INTERRUPTED;
        } catch (Exception | LinkageError | AssertionError e) {
            failed(named, when, e); // a class that a profiler's jar lacks is its trouble too
            return Went.WRONG;
        }
    }

    void failed(Profilers.Named named, String when, Throwable e) {
        boolean worked = working.remove(named);
        if (worked || !attached.contains(named)) {
            String reason = e.getMessage() == null || e instanceof Error ? e.toString() : e.getMessage();
            failures.put(named, "profiler " + named.name() + " failed " + when + ": " + reason);
            if (pointsOver) {
                failedLate.add(named);
            }
            console.print("      profiler " + named.name() + " failed " + when + " and gives no result for this fork: "
                    + reason + "  (the benchmark is not affected)");
        }
    }

    /** Who fails from now on has lost what it found of points that went well. */
    void pointsOver() {
        pointsOver = true;
    }

    /** Why a profiler is left alone; empty while it works. */
    Optional<String> whyNot(Profilers.Named named) {
        return Optional.ofNullable(failures.get(named));
    }

    /** Why a profiler failed after all points were over, or null when it did not. */
    String lost(Profilers.Named named) {
        return failedLate.contains(named) ? failures.get(named) : null;
    }
}
