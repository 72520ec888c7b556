package io.dyno.result;

import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import io.dyno.result.JournalEvent.EngineReady;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.ForkEnded;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.MoreMetrics;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.JournalEvent.Profiled;
import io.dyno.result.JournalEvent.RunEnded;
import io.dyno.result.JournalEvent.RunStarted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A journal's lines, found by what they are about. */
final class JournalIndex {
    /** Exit code of a run that somebody ended. */
    static final int INTERRUPTED = 130;

    private RunStarted run = new RunStarted("", false, 0, List.of());
    private RunEnded end;
    private final List<EngineReady> engines = new ArrayList<>();
    private final List<IterationEnded> iterations = new ArrayList<>();
    private final List<PointClosed> closings = new ArrayList<>();
    private final List<Profiled> profiles = new ArrayList<>();
    private final List<Failed> failures = new ArrayList<>();
    private final List<ForkEnded> forkEnds = new ArrayList<>();

    JournalIndex(List<JournalEntry> entries) {
        entries.forEach(e -> add(e.event()));
    }

    private void add(JournalEvent event) {
        if (event instanceof RunStarted r) {
            run = r;
            end = null;
        } else if (event instanceof RunEnded e) {
            end = e;
        } else if (event instanceof EngineReady e) {
            engines.add(e);
        } else if (event instanceof IterationEnded i) {
            iterations.add(i);
        } else if (event instanceof PointClosed p) {
            closings.add(p);
        } else if (event instanceof Profiled p) {
            profiles.add(p);
        } else if (event instanceof Failed f) {
            failures.add(f);
        } else if (event instanceof ForkEnded f) {
            forkEnds.add(f);
        }
    }

    RunStarted run() {
        return run;
    }

    /** The end of the run, or null while it has none. */
    RunEnded end() {
        return end;
    }

    /** The engines of a configuration that were measured, forks in order, the last start of each. */
    List<EngineReady> engines(String configuration) {
        Map<Integer, EngineReady> byFork = new LinkedHashMap<>();
        engines.stream()
                .filter(e -> e.configuration().equals(configuration) && e.profiler() == null)
                .sorted(Comparator.comparing(EngineReady::fork).thenComparing(EngineReady::start))
                .forEach(e -> byFork.put(e.fork(), e));
        return List.copyOf(byFork.values());
    }

    /** What only the ends of the forks of a configuration showed against their numbers, each {@code code: text}. */
    List<String> doubtsAfter(String configuration) {
        return forkEnds.stream()
                .filter(f -> f.configuration().equals(configuration))
                .flatMap(f -> f.doubts().stream())
                .toList();
    }

    /** The engine on which a point was profiled; when none became ready, those on which it was measured. */
    List<EngineReady> engine(String configuration, Profiled profile) {
        return engines.stream()
                .filter(e -> e.configuration().equals(configuration) && e.fork() == profile.fork())
                .reduce((first, second) -> second)
                .map(List::of)
                .orElseGet(() -> engines(configuration));
    }

    /** The lines that closed profiled iterations of a point, one a profiler, in the order of the journal. */
    List<Profiled> profiles(String point) {
        Map<String, Profiled> byProfiler = new LinkedHashMap<>();
        profiles.stream().filter(p -> p.point().equals(point)).forEach(p -> byProfiler.put(p.profiler(), p));
        return List.copyOf(byProfiler.values());
    }

    /** The line that closed a point of a fork, or null. */
    PointClosed closing(String point, int fork) {
        return closings.stream()
                .filter(p -> p.point().equals(point) && p.fork() == fork)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** What broke a point of a fork: its own failure, else the fork's, else, when the run has gone on without it, any of the fork's. */
    Failure failure(PlannedPoint point, int fork) {
        List<Failed> ofFork = failures.stream()
                .filter(f -> f.configuration().equals(point.configuration()) && f.fork() == fork)
                .toList();
        Failed own =
                last(ofFork.stream().filter(f -> point.id().equals(f.point())).toList());
        Failed forks = last(ofFork.stream().filter(f -> f.point() == null).toList());
        Failed any = end == null || end.exit() == INTERRUPTED ? null : last(ofFork);
        Failed found = own != null ? own : forks != null ? forks : any;
        return found == null ? null : found.failure();
    }

    private static Failed last(List<Failed> failures) {
        return failures.isEmpty() ? null : failures.get(failures.size() - 1);
    }

    /** The measurement windows that belong to a closed point of a fork, in order, with what came later for them. */
    List<IterationEnded> windows(PointClosed closing) {
        return windows(
                i -> i.point().equals(closing.point())
                        && i.fork() == closing.fork()
                        && i.attempt() == closing.attempt()
                        && i.kind() == Window.Kind.MEASUREMENT,
                closing.more());
    }

    /** The profiled windows that belong to a closed profile, in order, with what the profiler found. */
    List<IterationEnded> windows(Profiled closing) {
        return windows(
                i -> i.point().equals(closing.point())
                        && i.fork() == closing.fork()
                        && i.attempt() == closing.attempt()
                        && i.kind() == Window.Kind.PROFILED
                        && closing.profiler().equals(i.profiler()),
                closing.more());
    }

    private List<IterationEnded> windows(Predicate<IterationEnded> which, List<MoreMetrics> more) {
        return iterations.stream()
                .filter(which)
                .sorted(Comparator.comparing(IterationEnded::iteration))
                .map(i -> withMore(i, more))
                .toList();
    }

    private static IterationEnded withMore(IterationEnded i, List<MoreMetrics> more) {
        Map<String, MetricValue> metrics = new LinkedHashMap<>(i.metrics());
        more.stream()
                .filter(m -> m.kind() == i.kind() && m.iteration() == i.iteration())
                .forEach(m -> m.metrics().forEach(metrics::putIfAbsent)); // what was measured stands
        return i.with(metrics);
    }
}
