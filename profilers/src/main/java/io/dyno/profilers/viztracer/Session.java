package io.dyno.profilers.viztracer;

import io.dyno.profilers.viztracer.Orders.Answer;
import io.dyno.profilers.viztracer.Orders.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which processes are in a profile and which are not, from what they said to its start and its stop. Pure. */
final class Session {
    private final Map<Long, String> started = new HashMap<>();
    private final List<String> refused = new ArrayList<>();
    private final Set<Long> silent;
    private final Duration patience;

    /** After the start. */
    Session(Outcome start, Duration patience) {
        for (Answer answer : start.answers()) {
            if (answer.traced()) {
                started.put(answer.pid(), named(answer));
            } else if (answer.error() != null) {
                refused.add(named(answer) + ": " + answer.error());
            }
        }
        this.silent = start.silent();
        this.patience = patience;
    }

    /** Whether VizTracer is at work in any process. */
    boolean anyStarted() {
        return !started.isEmpty();
    }

    /** Processes that did not answer to the start: their main thread may be in C code, where Python takes no signal. */
    Set<Long> silent() {
        return silent;
    }

    /** Why processes are not in it, a line each; empty when all are. */
    List<String> notStarted() {
        List<String> lines = new ArrayList<>(refused);
        silent.stream().sorted().forEach(pid -> lines.add(silence(pid, "start", patience)));
        return lines;
    }

    /** After the stop: why processes are not in the profile, or not from its beginning, a line each; empty when all are in it. */
    List<String> missing(Outcome stop, Duration most) {
        List<String> lines = new ArrayList<>(refused);
        Set<Long> left = new HashSet<>(started.keySet());
        Set<Long> late = new HashSet<>(silent);
        for (Answer answer : stop.answers()) {
            boolean inTime = left.remove(answer.pid());
            if (late.remove(answer.pid()) && answer.file() != null) {
                lines.add(named(answer) + " began late: it had not answered to start within " + patience.toSeconds()
                        + " s");
            } else if (answer.file() == null && (inTime || silent.contains(answer.pid()))) {
                lines.add(named(answer) + " left no trace" + (answer.error() == null ? "" : ": " + answer.error()));
            }
        }
        left.stream()
                .sorted()
                .forEach(pid -> lines.add(
                        stop.silent().contains(pid)
                                ? silence(pid, "stop", most)
                                : started.get(pid) + " has ended and left no trace"));
        late.stream().sorted().forEach(pid -> lines.add(silence(pid, "start", patience)));
        return lines;
    }

    private static String named(Answer answer) {
        return "process " + answer.pid() + " (" + answer.name() + ")";
    }

    private static String silence(long pid, String word, Duration waited) {
        return "process " + pid + " had not answered to " + word + " after " + waited.toSeconds()
                + " s: its main thread was in C code all that time, or the process was stopped";
    }
}
