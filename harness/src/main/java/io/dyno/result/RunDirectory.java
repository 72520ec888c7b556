package io.dyno.result;

import io.dyno.metrics.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The folder of one run, held by one process: {@link #create} and {@link #open} lock it until {@link #close} or the end of the process,
 * whatever that end is.
 */
public final class RunDirectory implements AutoCloseable {
    private final Path path;
    private final RunLock lock;

    private RunDirectory(Path path, RunLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the folder of a new run with its sub-folders, locks it and points {@code latest} at it.
     *
     * @param results the results folder; made when there is none
     * @param name the run's name, or null for {@code yyyyMMdd-HHmmss-xxxx} in the clock's zone
     * @throws RunNameException when the name cannot be one, or is taken
     * @throws IOException when the folder cannot be made
     */
    public static RunDirectory create(Path results, String name, Clock clock, RandomGenerator random)
            throws IOException {
        Path path = RunFolders.make(results, name, clock, random);
        RunLock lock = RunLock.acquire(path);
        RunFolders.pointLatest(results, path.getFileName().toString());
        return new RunDirectory(path, lock);
    }

    /**
     * Opens and locks the folder of a run that was begun before, to continue it.
     *
     * @throws RunNameException when the name cannot be one, or there is no such run
     * @throws RunLockedException when another process is at work in it
     */
    public static RunDirectory open(Path results, String name) throws IOException {
        Path path = RunFolders.existing(results, name);
        RunLock lock = RunLock.acquire(path);
        RunFolders.pointLatest(results, name);
        return new RunDirectory(path, lock);
    }

    /** Name of the newest run in the results folder whose journal does not end it; empty when all are finished. */
    public static Optional<String> newestUnfinished(Path results) throws IOException {
        return RunFolders.newestUnfinished(results);
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /** The run's name. */
    public String name() {
        return path.getFileName().toString();
    }

    /** {@code journal.jsonl}. */
    public Path journal() {
        return path.resolve(RunFolders.JOURNAL);
    }

    /** {@code logs/}; it exists. */
    public Path logs() {
        return path.resolve(RunFolders.LOGS);
    }

    /**
     * Where the profiles of a run would be that nobody has begun.
     *
     * @param name the run's name; null when it will get one, which stands as <code>{run}</code>
     */
    public static Path plannedProfiles(Path results, String name) {
        return results.resolve(name == null ? "{run}" : name).resolve(RunFolders.PROFILES);
    }

    /** {@code profiles/}; it exists. */
    public Path profiles() {
        return path.resolve(RunFolders.PROFILES);
    }

    /**
     * Where the requests of a window go, relative to the run's folder and with slashes:
     * {@code requests/<point>-f<fork>-i<iteration>-a<attempt>.jsonl.gz}. The iteration is its number; of a warm-up {@code w} and its
     * number, of the tail {@code tail}; a profiled one has {@link #profiledRequestFile}.
     */
    public static String requestFile(String point, int fork, Window.Kind kind, int iteration, int attempt) {
        String number =
                switch (kind) {
                    case MEASUREMENT -> Integer.toString(iteration);
                    case WARMUP -> "w" + iteration;
                    case PROFILED ->
                        throw new IllegalArgumentException(
                                "an iteration is profiled by a profiler: profiledRequestFile");
                    case TAIL -> "tail";
                };
        return String.format(
                Locale.ROOT, "%s/%s-f%d-i%s-a%d.jsonl.gz", RunFolders.REQUESTS, point, fork, number, attempt);
    }

    /** Where the requests of an iteration under a profiler go: as {@link #requestFile}, with the profiler's name behind the iteration. */
    public static String profiledRequestFile(String point, int fork, String profiler, int iteration, int attempt) {
        return String.format(
                Locale.ROOT,
                "%s/%s-f%d-ip%d-%s-a%d.jsonl.gz",
                RunFolders.REQUESTS,
                point,
                fork,
                iteration,
                profiler,
                attempt);
    }

    /** A path inside the run's folder, such as one of {@link #requestFile}. */
    public Path resolve(String relative) {
        return path.resolve(relative);
    }

    /** A path as the journal holds it: relative to the run's folder, with slashes; null for none. */
    public String relative(Path file) {
        return file == null
                ? null
                : path.relativize(file.toAbsolutePath().normalize()).toString().replace('\\', '/');
    }

    /**
     * Writes {@code run.json}, the run's provenance, whole.
     *
     * @param provenance values as Jackson takes them: maps, lists, text, numbers, booleans; a number that is not finite is refused
     */
    public void writeProvenance(Map<String, ?> provenance) throws IOException {
        byte[] json = Json.PRETTY.writeValueAsBytes(provenance);
        AtomicFile.write(path.resolve(RunFolders.PROVENANCE), out -> {
            out.write(json);
            out.write('\n');
        });
    }

    /** Gives the folder free for others. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
