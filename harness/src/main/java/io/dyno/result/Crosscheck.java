package io.dyno.result;

import io.dyno.stats.ClientComparison;
import io.dyno.stats.ClientRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code -crosscheck} found for one point: an entry of {@code crosscheck.json}.
 *
 * @param point its id
 * @param benchmark the class's name
 * @param params the point's parameters
 * @param load for a human: {@code closed loop of 4}
 * @param status how it ended
 * @param reason why the status is not {@code ok}, else null
 * @param requests requests of each run
 * @param cacheReset whether the prefix cache was emptied before every run
 * @param notes what a reader must know of these runs
 * @param command argv of the last {@code vllm bench serve}; empty when none was started
 * @param pairs in the order in which they ran, as far as they came
 * @param metrics by vLLM's name; empty unless the status is {@code ok}
 */
public record Crosscheck(
        String point,
        String benchmark,
        Map<String, String> params,
        String load,
        Status status,
        String reason,
        int requests,
        boolean cacheReset,
        List<String> notes,
        List<String> command,
        List<Pair> pairs,
        Map<String, Compared> metrics) {

    /** The file's name in the run's folder. */
    public static final String FILE = "crosscheck.json";

    private static final int SCHEMA = 1;

    public Crosscheck {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        notes = List.copyOf(notes);
        command = List.copyOf(command);
        pairs = List.copyOf(pairs);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** How a cross-check ended. */
    public enum Status {
        /** Both clients did the same work; their figures can be compared. */
        OK,
        /** They did not: token counts, or requests that ended well, differ. */
        NOT_COMPARABLE,
        /** It could not be carried out. */
        FAILED
    }

    /**
     * Two runs one after the other.
     *
     * @param dyno what Dyno's client saw
     * @param vllm what vLLM's client saw
     * @param dynoRequests Dyno's request file, relative to the run's folder
     * @param vllmResult vLLM's own result file, likewise
     * @param vllmLog the output of its process, likewise
     */
    public record Pair(ClientRun dyno, ClientRun vllm, String dynoRequests, String vllmResult, String vllmLog) {}

    /**
     * A figure of both.
     *
     * @param dyno median of Dyno's runs
     * @param vllm median of vLLM's
     * @param ratio the first divided by the second, or null
     * @param pairRatios smallest and largest ratio of a pair; null with the ratio
     */
    public record Compared(String unit, double dyno, double vllm, Double ratio, List<Double> pairRatios) {
        static Compared of(ClientComparison.Row row) {
            return new Compared(
                    row.figure().unit(),
                    row.dyno(),
                    row.vllm(),
                    row.ratio(),
                    row.ratio() == null ? null : List.of(row.lowestPair(), row.highestPair()));
        }
    }

    /** The pairs' comparison; empty when there is no pair. */
    public Optional<ClientComparison> comparison() {
        return pairs.isEmpty()
                ? Optional.empty()
                : Optional.of(new ClientComparison(
                        requests,
                        pairs.stream().map(Pair::dyno).toList(),
                        pairs.stream().map(Pair::vllm).toList()));
    }

    /** The same with what follows from its pairs: whether they can be compared, and the metrics. */
    public Crosscheck judged() {
        ClientComparison comparison = comparison().orElseThrow();
        Optional<String> difference = comparison.difference();
        Map<String, Compared> compared = new LinkedHashMap<>();
        if (difference.isEmpty()) {
            comparison.rows().forEach(row -> compared.put(row.figure().id(), Compared.of(row)));
        }
        return new Crosscheck(
                point,
                benchmark,
                params,
                load,
                difference.isEmpty() ? Status.OK : Status.NOT_COMPARABLE,
                difference.orElse(null),
                requests,
                cacheReset,
                notes,
                command,
                pairs,
                compared);
    }

    /**
     * The file.
     *
     * @param schema 1
     * @param points in the order in which they were checked
     */
    private record Whole(int schema, List<Crosscheck> points) {}

    /** Adds an entry to the file of a run, in place of an earlier one of the same point. */
    public static void add(Path file, Crosscheck entry) throws IOException {
        List<Crosscheck> points = new ArrayList<>(read(file));
        points.removeIf(old -> old.point().equals(entry.point()));
        points.add(entry);
        AtomicFile.write(file, out -> {
            out.write(Json.PRETTY.writeValueAsBytes(new Whole(SCHEMA, points)));
            out.write('\n');
        });
    }

    /** The entries of a run; none when there is no file. */
    public static List<Crosscheck> read(Path file) throws IOException {
        return Files.exists(file)
                ? Json.MAPPER.readValue(Files.readAllBytes(file), Whole.class).points()
                : List.of();
    }
}
