package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Health;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestCounts;
import io.dyno.metrics.SloLimits;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.plan.InForce;
import io.dyno.result.JournalEvent.EngineIdentity;
import io.dyno.result.JournalEvent.EngineReady;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.ForkEnded;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.MoreMetrics;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.JournalEvent.Profiled;
import io.dyno.result.JournalEvent.RunEnded;
import io.dyno.result.JournalEvent.RunStarted;
import io.dyno.result.JournalEvent.StartupPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final IterationEnded ITERATION = new IterationEnded(
            "00000000000a",
            2,
            1,
            Window.Kind.MEASUREMENT,
            3,
            1_000_000_000L,
            2_000_000_000L,
            Validity.suspect("too_short: 7 requests were due, fewer than 10"),
            new Health(0.04, 0.1, 1.5, 2, 3),
            new RequestCounts(7, Map.of(FailureClass.TIMEOUT, 1), 5),
            Map.of(
                    "ttft", MetricValue.of(MetricNames.TTFT, 58.4),
                    "itl", MetricValue.absent(MetricNames.ITL, "no answer came in more than one chunk")),
            "requests/00000000000a-f1-i3-a2.jsonl.gz",
            null);

    private static final IterationEnded PROFILED = new IterationEnded(
            "00000000000a",
            1,
            3,
            Window.Kind.PROFILED,
            0,
            1_000_000_000L,
            2_000_000_000L,
            Validity.OK,
            null,
            RequestCounts.NONE,
            Map.of(),
            "requests/00000000000a-f3-ip0-nsys-a1.jsonl.gz",
            "nsys");

    private static final List<JournalEvent> EVERY_EVENT = List.of(
            new RunStarted(
                    "0123456789abcdef",
                    false,
                    0.01,
                    List.of(SampleRun.serve("00000000000a", 8, new SloLimits(500.0, null, null, 0.99), 3, 3))),
            new EngineReady(
                    "c0ffee000001",
                    0,
                    1,
                    "vllm",
                    "0.32.0",
                    false,
                    2,
                    new EngineIdentity("Qwen/Qwen3-8B", null, List.of("H100-80GB", "H100-80GB"), null),
                    new InForce(Map.of("dtype", "bfloat16"), Map.of("log", List.of("dtype")), "not known: maxNumSeqs"),
                    List.of(new StartupPhase("kv-cache", "412,160 tokens", null)),
                    "logs/c0ffee000001-f0-s1.log",
                    List.of("http://host:8000"),
                    Map.of("completions", "continuous_usage"),
                    Map.of("startup", "the server was running already"),
                    "nsys"),
            ITERATION,
            PROFILED,
            new PointClosed(
                    "00000000000a",
                    2,
                    1,
                    Status.FAILED,
                    new Failure(FailureClass.SERVER_CRASH, "exit 1", "logs/a.log:12"),
                    null,
                    new JournalEvent.PromptUse(true, 12, 40, 1, Map.of("fewer than 2 turns", 3L), List.of("a note")),
                    List.of(new MoreMetrics(Window.Kind.PROFILED, 0, Map.of()))),
            new Profiled(
                    "00000000000a",
                    "nsys",
                    3,
                    1,
                    Status.FAILED,
                    new Failure(FailureClass.CLIENT_ERROR, "profiler nsys failed when it was stopped: no report", null),
                    List.of("profiles/nsys-Chat-00000000000a-f3-a1.nsys-rep"),
                    List.of(new MoreMetrics(
                            Window.Kind.PROFILED, 0, Map.of("ttft", MetricValue.of(MetricNames.TTFT, 58.4))))),
            new Failed("c0ffee000001", 2, null, null, new Failure(FailureClass.OOM_GPU, "CUDA out of memory", null)),
            new ForkEnded("c0ffee000001", 1, List.of("gpu_memory_not_returned: GPU 0")),
            new RunEnded(1, "a point failed"));

    @TempDir
    private Path folder;

    @Test
    void everyEventComesBackEqual() throws IOException {
        Path file = write(EVERY_EVENT);

        assertThat(Journal.read(file)).extracting(JournalEntry::event).containsExactlyElementsOf(EVERY_EVENT);
        assertThat(Journal.read(file)).allMatch(e -> e.time().equals(SampleRun.CLOCK.instant()));
    }

    @Test
    void aLineIsWhatTheDocumentSays() throws IOException {
        JsonNode line = Json.MAPPER.readTree(Files.readString(write(List.of(ITERATION))));

        assertThat(line.toString())
                .startsWith(
                        "{\"v\":1,\"t\":\"2026-11-23T01:02:03.456Z\",\"event\":\"iteration\",\"point\":\"00000000000a\",");
        assertThat(line.get("kind").asText()).isEqualTo("measurement");
        assertThat(line.at("/validity/level").asText()).isEqualTo("suspect");
        assertThat(line.at("/requests/failed").toString()).isEqualTo("{\"timeout\":1}");
        assertThat(line.at("/metrics/ttft").toString())
                .isEqualTo("{\"unit\":\"ms\",\"direction\":\"lower\",\"score\":58.4}");
        assertThat(line.at("/metrics/itl/reason").asText()).isEqualTo("no answer came in more than one chunk");
    }

    @Test
    void anEventIsOneLineWhateverItsText() throws IOException {
        Path file = write(List.of(new RunEnded(1, "two\nlines and a \u2028 \"quote\"")));

        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(Journal.read(file).get(0).event()).isEqualTo(new RunEnded(1, "two\nlines and a \u2028 \"quote\""));
    }

    @ParameterizedTest(name = "torn after: {0}")
    @ValueSource(
            strings = {
                "{",
                "{\"v\":1,\"t\":\"2026-11-23T01:02:03Z\",\"event\":\"end\",\"exit\":0}",
                "\u0000\u0000\u0000\n"
            })
    void aTornLastLineIsDroppedAndThenOverwritten(String torn) throws IOException {
        Path file = write(EVERY_EVENT);
        Files.writeString(file, torn, StandardOpenOption.APPEND);

        assertThat(Journal.read(file)).as("read").hasSize(EVERY_EVENT.size());
        try (Journal journal = Journal.open(file, SampleRun.CLOCK)) {
            journal.append(new RunEnded(0, "ok"));
        }
        assertThat(Journal.read(file)).as("after going on").hasSize(EVERY_EVENT.size() + 1);
        assertThat(Files.readString(file)).doesNotContain("\u0000").endsWith("}\n");
    }

    @Test
    void aJournalCutAnywhereIsReadUpToItsLastWholeLine() throws IOException {
        Path file = write(EVERY_EVENT);
        byte[] all = Files.readAllBytes(file);
        for (int length = 0; length <= all.length; length += 7) {
            byte[] cut = java.util.Arrays.copyOf(all, length);
            Files.write(file, cut);
            long whole = 0;
            for (byte b : cut) {
                whole += b == '\n' ? 1 : 0;
            }
            assertThat(Journal.read(file)).as("cut after %d bytes", length).hasSize((int) whole);
        }
    }

    @Test
    void aDamagedLineBeforeTheLastIsAnErrorWithItsNumber() throws IOException {
        Path file = write(EVERY_EVENT);
        List<String> lines = Files.readAllLines(file);
        lines.set(1, lines.get(1).substring(0, 40));
        Files.write(file, lines);

        assertThatThrownBy(() -> Journal.read(file))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("journal.jsonl:2: this line is damaged");
    }

    @Test
    void unknownEventsAndFieldsArePassedOver() throws IOException {
        Path file = folder.resolve("journal.jsonl");
        Files.writeString(file, """
                {"v":1,"t":"2026-11-23T01:02:03Z","event":"weather","sky":"blue"}
                {"v":1,"t":"2026-11-23T01:02:03Z","event":"end","exit":0,"reason":"ok","mood":"good"}
                """);

        assertThat(Journal.read(file)).extracting(JournalEntry::event).containsExactly(new RunEnded(0, "ok"));
    }

    @Test
    void aNewerJournalIsRefused() throws IOException {
        Path file = folder.resolve("journal.jsonl");
        Files.writeString(file, "{\"v\":2,\"t\":\"2026-11-23T01:02:03Z\",\"event\":\"end\",\"exit\":0}\n");

        assertThatThrownBy(() -> Journal.read(file)).hasMessageContaining("written by a newer Dyno");
    }

    @Test
    void aNumberThatIsNoneIsRefusedBeforeItIsWritten() throws IOException {
        Path file = write(List.of());
        try (Journal journal = Journal.open(file, SampleRun.CLOCK)) {
            assertThatThrownBy(() -> journal.append(new RunStarted("", false, Double.NaN, List.of())))
                    .hasMessageContaining("NaN");
        }

        assertThat(file).isEmptyFile();
    }

    private Path write(List<JournalEvent> events) throws IOException {
        Path file = folder.resolve("journal.jsonl");
        try (Journal journal = Journal.open(file, SampleRun.CLOCK)) {
            for (JournalEvent event : events) {
                journal.append(event);
            }
        }
        return file;
    }
}
