package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.metrics.HealthBudget;
import io.dyno.metrics.HealthBudget.Limit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * One call of the command line, in this process; the simulator is a real process.
 *
 * @param results the results folder it was given
 * @param exit how it ended
 * @param out all of standard output
 * @param err all of standard error
 */
record Session(Path results, ExitCode exit, String out, String err) {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Limit NONE = new Limit(Double.MAX_VALUE, Double.MAX_VALUE);

    /** On a machine that does other things too, the client may be late; what these tests are about is not. */
    private static final HealthBudget ANY_CLIENT = new HealthBudget(NONE, NONE, NONE, NONE);

    /** A run as short as one that is worth the name can be, in the simulator, whatever this machine has. */
    private static final List<String> SHORT =
            List.of("-engine", "sim", "-f", "1", "-w", "200ms", "-i", "1", "-r", "500ms");

    /** Runs benchmarks briefly. Arguments that are given come last and so win. */
    static Session run(Path results, String... arguments) {
        List<String> all = new ArrayList<>(SHORT);
        all.addAll(List.of(arguments));
        return call(results, all);
    }

    /** The command line with these arguments and a results folder. */
    static Session call(Path results, List<String> arguments) {
        return call(results, arguments, OutputStream.nullOutputStream());
    }

    /** As {@link #call(Path, List)}; standard output is copied while it comes. */
    static Session call(Path results, List<String> arguments, OutputStream copy) {
        List<String> all = new ArrayList<>(arguments);
        if (!arguments.get(0).equals("explain")) {
            all.addAll(List.of("-results", results.toString()));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode exit = new Main(
                        new PrintStream(new Both(out, copy), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        ANY_CLIENT)
                .run(all);
        return new Session(results, exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static final class Both extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Both(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            first.write(b);
            second.write(b);
        }
    }

    /** For messages of assertions that fail. */
    @Override
    public String toString() {
        return "exit " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
    }

    Session exits(ExitCode expected) {
        assertThat(exit).as("%s", this).isEqualTo(expected);
        return this;
    }

    String lastLine() {
        return out.lines().reduce((first, second) -> second).orElse("");
    }

    /** A file of the run. */
    Path file(String name) {
        return results.resolve("latest").resolve(name);
    }

    String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new AssertionError(name + " cannot be read: " + e + "\n" + this, e);
        }
    }

    JsonNode json(String name) {
        return parse(text(name));
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("this is no JSON: " + json, e);
        }
    }

    /** The points of results.json. */
    List<JsonNode> points() {
        List<JsonNode> points = new ArrayList<>();
        json("results.json").get("benchmarks").forEach(points::add);
        return points;
    }

    /** The one point of results.json. */
    JsonNode point() {
        assertThat(points()).as("%s", this).hasSize(1);
        return points().get(0);
    }

    /** The journal's lines of one event. */
    List<JsonNode> journal(String event) {
        return text("journal.jsonl")
                .lines()
                .map(Session::parse)
                .filter(line -> line.get("event").asText().equals(event))
                .toList();
    }

    /** The records of a point's measured requests. */
    List<JsonNode> requests(JsonNode point) {
        List<JsonNode> requests = new ArrayList<>();
        for (JsonNode iteration : journal("iteration")) {
            boolean measured = iteration.get("kind").asText().equals("measurement");
            if (measured
                    && iteration.get("point").asText().equals(point.get("point").asText())) {
                gunzipped(iteration.get("records").asText())
                        .lines()
                        .map(Session::parse)
                        .forEach(requests::add);
            }
        }
        return requests;
    }

    private String gunzipped(String name) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name + " cannot be read: " + e, e);
        }
    }

    /** Names of the files in a folder of the run. */
    List<String> files(String folder) {
        try (Stream<Path> files = Files.list(file(folder))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
