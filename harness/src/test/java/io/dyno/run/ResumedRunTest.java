package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is interrupted keeps what is complete and goes on later from there. */
class ResumedRunTest {
    private static final List<String> RUN = List.of(
            "Chat", "-engine", "sim", "-f", "1", "-w", "200ms", "-i", "1", "-r", "500ms", "-p", "maxConcurrency=2,3,4");

    @TempDir
    Path results;

    /** Interrupts the run's thread while the second point is announced: then the first one is closed. */
    private final class InterruptAtTheSecondPoint extends OutputStream {
        private final Thread run = Thread.currentThread();
        private boolean done;

        @Override
        public void write(int b) throws IOException {
            if (b == '\n' && !done && closed().size() == 1) {
                done = true;
                run.interrupt();
            }
        }

        private List<JsonNode> closed() throws IOException {
            Path journal = results.resolve("latest/journal.jsonl");
            if (!Files.exists(journal)) {
                return List.of();
            }
            return Files.readString(journal, StandardCharsets.UTF_8)
                    .lines()
                    .map(Session::parse)
                    .filter(line -> line.get("event").asText().equals("point"))
                    .toList();
        }
    }

    @Test
    void whatIsClosedIsNotRunAgainAndTheRestIs() {
        Session first =
                Session.call(results, RUN, new InterruptAtTheSecondPoint()).exits(ExitCode.INTERRUPTED);
        assertThat(Thread.interrupted()).as("the interruption is used up").isFalse();

        assertThat(first.lastLine()).startsWith("dyno: exit 130 (interrupted; go on with -resume -run ");
        assertThat(first.journal("end"))
                .singleElement()
                .satisfies(end -> assertThat(end.get("exit").asInt()).isEqualTo(130));
        assertThat(first.points().stream().map(p -> p.get("status").asText()))
                .containsExactlyInAnyOrder("ok", "interrupted", "interrupted");
        assertThat(first.out()).contains("SIMULATION");
        List<String> closed = first.journal("point").stream()
                .map(p -> p.get("point").asText())
                .toList();
        assertThat(closed).hasSize(1);

        List<String> changed = new ArrayList<>(RUN);
        changed.addAll(List.of("-resume", "-p", "outputLen=9"));
        Session refused = Session.call(results, changed).exits(ExitCode.USAGE);
        assertThat(refused.err()).contains("was begun with other benchmarks or settings");
        assertThat(refused.journal("end")).as("a refusal writes nothing").hasSize(1);

        List<String> resume = new ArrayList<>(RUN);
        resume.add("-resume");
        Session second = Session.call(results, resume).exits(ExitCode.OK);

        assertThat(second.points())
                .hasSize(3)
                .allSatisfy(point -> assertThat(point.get("status").asText()).isEqualTo("ok"));
        assertThat(second.journal("point").stream().map(p -> p.get("point").asText()))
                .as("each point was closed once")
                .hasSize(3)
                .startsWith(closed.get(0))
                .doesNotHaveDuplicates();
        assertThat(second.journal("engine").stream().map(e -> e.get("start").asInt()))
                .as("what was left ran on a new engine, and says so")
                .containsExactly(1, 2);
        assertThat(second.journal("end").stream().map(e -> e.get("exit").asInt()))
                .containsExactly(130, 0);

        Session third = Session.call(results, resume).exits(ExitCode.USAGE);
        assertThat(third.err()).contains("-resume: no run in");
    }

    @Test
    void theAttemptThatBrokeIsCountedAndScoresNothing() {
        // The windows of a broken attempt are in the journal; the interruption comes when one of them is told.
        Session first = Session.call(
                        results,
                        List.of("Chat", "-engine", "sim", "-f", "1", "-w", "200ms", "-i", "2", "-r", "400ms"),
                        new InterruptAtALineWith(" 1/2 "))
                .exits(ExitCode.INTERRUPTED);
        assertThat(first.journal("iteration").stream()
                        .filter(i -> i.get("kind").asText().equals("measurement")))
                .as("the complete window is kept")
                .isNotEmpty();
        assertThat(first.journal("point")).isEmpty();

        Session second = Session.call(
                        results,
                        List.of(
                                "Chat", "-engine", "sim", "-f", "1", "-w", "200ms", "-i", "2", "-r", "400ms",
                                "-resume"))
                .exits(ExitCode.OK);

        assertThat(second.journal("point"))
                .singleElement()
                .satisfies(point -> assertThat(point.get("attempt").asInt()).isEqualTo(2));
        assertThat(second.point()
                        .get("metrics")
                        .get("output_throughput")
                        .get("raw")
                        .get(0))
                .hasSize(2);
        assertThat(second.files("requests"))
                .anyMatch(name -> name.endsWith("-i0-a1.jsonl.gz"))
                .anyMatch(name -> name.endsWith("-i0-a2.jsonl.gz"));
    }

    private static final class InterruptAtALineWith extends OutputStream {
        private final Thread run = Thread.currentThread();
        private final StringBuilder line = new StringBuilder();
        private final String text;
        private boolean done;

        InterruptAtALineWith(String text) {
            this.text = text;
        }

        @Override
        public void write(int b) {
            line.append((char) b);
            if (b == '\n') {
                if (!done && line.indexOf(text) >= 0) {
                    done = true;
                    run.interrupt();
                }
                line.setLength(0);
            }
        }
    }
}
