package io.dyno.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that are rebuilt from the journal and the request files: results.json, jmh.json, results.csv, verdict.json and junit.xml. The
 * same journal and requests give the same bytes, whenever and wherever.
 */
public final class ResultFiles {
    private ResultFiles() {}

    /**
     * What a run yielded so far. Percentiles whose request files are missing or damaged are absent with that reason.
     *
     * @param run the run's folder
     * @throws IOException when the journal or run.json is damaged, or there is no journal; the message names the file
     */
    public static RunResults read(Path run) throws IOException {
        List<JournalEntry> entries = Journal.read(run.resolve(RunFolders.JOURNAL));
        JournalIndex journal = new JournalIndex(entries);
        MetricAssembly.Requests requests = file -> RequestFiles.readWithoutTexts(run.resolve(file));
        List<PointResult> points = new ArrayList<>();
        List<PointResult> profiles = new ArrayList<>();
        for (PlannedPoint point : journal.run().points()) {
            points.add(PointAssembly.scored(journal, point, requests));
            profiles.addAll(PointAssembly.profiled(journal, point, requests));
        }
        return new RunResults(
                run.toAbsolutePath().normalize().getFileName().toString(),
                provenance(run),
                points,
                profiles,
                journal.end() == null ? null : journal.end().exit(),
                journal.end() == null ? null : journal.end().reason(),
                entries.isEmpty() ? null : entries.get(0).time(),
                entries.isEmpty() ? null : entries.get(entries.size() - 1).time());
    }

    private static JsonNode provenance(Path run) throws IOException {
        Path file = run.resolve(RunFolders.PROVENANCE);
        return Files.exists(file) ? Json.MAPPER.readTree(Files.readString(file)) : Json.MAPPER.createObjectNode();
    }

    /**
     * Reads what a run yielded and writes every result file, each whole or not at all.
     *
     * @param run the run's folder
     * @return what was written
     * @throws IOException as {@link #read}, or when a file cannot be written
     */
    public static RunResults write(Path run) throws IOException {
        RunResults results = read(run);
        text(run, "results.json", ResultsJson.of(results));
        text(run, "verdict.json", VerdictJson.withoutBaseline(results));
        text(run, "results.csv", CsvExport.of(results));
        text(run, "junit.xml", JUnitXml.of(results));
        text(run, "jmh.json", JmhExport.of(results, JmhFormat.JSON));
        return results;
    }

    /**
     * Writes a further file in one of JMH's formats: whole or not at all, unless {@code file} is a device or a pipe.
     *
     * @throws IOException when it cannot be written
     */
    public static void write(RunResults results, JmhFormat format, Path file) throws IOException {
        byte[] content = JmhExport.of(results, format).getBytes(StandardCharsets.UTF_8);
        if (!Files.exists(file)) {
            AtomicFile.write(file, out -> out.write(content));
        } else if (Files.isRegularFile(file)) {
            AtomicFile.write(file.toRealPath(), out -> out.write(content)); // a link goes on pointing there
        } else {
            Files.write(file, content);
        }
    }

    private static void text(Path run, String name, String content) throws IOException {
        AtomicFile.write(run.resolve(name), out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }
}
