package io.dyno.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.dyno.plan.Sha256;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a run stands, as its journal tells: what is closed, and what comes next for what is not. */
public final class Resume {
    private final Set<InFork> closed = new HashSet<>();
    private final Map<InFork, Integer> attempts = new HashMap<>();
    private final Map<InFork, Integer> starts = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private final Set<Under> profiled = new HashSet<>();
    private final Map<Under, Integer> profileAttempts = new HashMap<>();
    private String hash;
    private boolean finished;

    /** A point's or a configuration's id in a fork. */
    private record InFork(String id, int fork) {}

    /** A point's id under a profiler. */
    private record Under(String point, String profiler) {}

    private Resume() {}

    /** Reads a journal's entries, in order. */
    public static Resume of(List<JournalEntry> entries) {
        Resume resume = new Resume();
        entries.forEach(e -> resume.add(e.event()));
        return resume;
    }

    private void add(JournalEvent event) {
        if (event instanceof JournalEvent.RunStarted run) {
            hash = run.hash();
            finished = false;
        } else if (event instanceof JournalEvent.EngineReady engine) {
            starts.merge(new InFork(engine.configuration(), engine.fork()), engine.start(), Math::max);
        } else if (event instanceof JournalEvent.IterationEnded i && i.profiler() != null) {
            profileAttempts.merge(new Under(i.point(), i.profiler()), i.attempt(), Math::max);
        } else if (event instanceof JournalEvent.IterationEnded i) {
            attempts.merge(new InFork(i.point(), i.fork()), i.attempt(), Math::max);
        } else if (event instanceof JournalEvent.Failed f && f.point() != null && f.attempt() != null) {
            attempts.merge(new InFork(f.point(), f.fork()), f.attempt(), Math::max);
        } else if (event instanceof JournalEvent.PointClosed p) {
            attempts.merge(new InFork(p.point(), p.fork()), p.attempt(), Math::max);
            closed.add(new InFork(p.point(), p.fork()));
            if (p.status() == Status.FAILED) {
                failed.add(p.point());
            }
        } else if (event instanceof JournalEvent.Profiled p) {
            profileAttempts.merge(new Under(p.point(), p.profiler()), p.attempt(), Math::max);
            profiled.add(new Under(p.point(), p.profiler()));
        } else if (event instanceof JournalEvent.RunEnded end) {
            finished = end.exit() != JournalIndex.INTERRUPTED;
        }
    }

    /** Whether a point of a fork has its {@code point} line, and so is not run again. */
    public boolean isClosed(String point, int fork) {
        return closed.contains(new InFork(point, fork));
    }

    /** The number of the next attempt at a point of a fork: 1 when none has left a line. */
    public int nextAttempt(String point, int fork) {
        return attempts.getOrDefault(new InFork(point, fork), 0) + 1;
    }

    /** Ids of the points that failed in some fork. */
    public Set<String> failed() {
        return Set.copyOf(failed);
    }

    /** Whether what a profiler was to find of a point is closed in the journal, and so is not tried again. */
    public boolean isProfiled(String point, String profiler) {
        return profiled.contains(new Under(point, profiler));
    }

    /** The number of the next attempt to profile a point: 1 when none has left a line. */
    public int nextProfileAttempt(String point, String profiler) {
        return profileAttempts.getOrDefault(new Under(point, profiler), 0) + 1;
    }

    /** The number of the next engine start of a configuration's fork: 1 when none became ready. */
    public int nextStart(String configuration, int fork) {
        return starts.getOrDefault(new InFork(configuration, fork), 0) + 1;
    }

    /** Whether the run came to its end. One that was interrupted did not. */
    public boolean finished() {
        return finished;
    }

    /** Hash of the points that the run was begun with, or null when its journal is empty. */
    public String hash() {
        return hash;
    }

    /** Whether what is to be run now is what the run was begun with. */
    public boolean sameAs(List<PlannedPoint> points, List<String> conditions) {
        return hash == null || hash.equals(configurationHash(points, conditions));
    }

    /**
     * What {@link JournalEvent.RunStarted#hash} is: 16 hex digits of the SHA-256 of the points, order and all, and of the conditions.
     *
     * @param conditions what else decides a number: engine, simulated machine, lengths of windows, timeouts, profilers
     */
    public static String configurationHash(List<PlannedPoint> points, List<String> conditions) {
        try {
            byte[] digest = Sha256.digest().digest(Json.MAPPER.writeValueAsBytes(List.of(points, conditions)));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
