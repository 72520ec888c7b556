package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.benchmarks.Offspring;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real vLLM refuses, and how it fails: the class, the words that decided it, the exit code, on one screen. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class FailuresRealIT {
    /** Lines after those that tell the plan. */
    private static final int SCREEN = 40;

    private static final String CANARY = "canary-7f3a91d2c4";

    @TempDir
    Path folder;

    /** What Dyno itself can see; no engine is started. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            model=/no/such/folder                 | nothing is there
            maxModelLen=8192                      | beyond the 4096 tokens of the model
            inputLen=2040                         | does not fit into maxModelLen = 2048
            kvCacheDtype=fp9                      | must be one of
            engineArgs=["--no-such-flag-at-all","3"] | has the flag --no-such-flag-at-all
            port=8000                             | Dyno chooses
            engineArgs=["--port","8000"]          | Dyno chooses
            engineArgs=["--api-key","secret-key"] | export VLLM_API_KEY in the shell instead
            """)
    void isRefusedBeforeAnythingStarts(String setting, String words) throws Exception {
        try (RealDyno dyno = RealDyno.start(folder, "RateSweep", "-p", setting)) {
            assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(2);
            assertThat(dyno.console())
                    .contains(words)
                    .contains("dyno: exit 2 (usage or configuration)")
                    .doesNotContain("secret-key");
            assertThat(dyno.console().lines()).hasSizeLessThan(5);
        }
    }

    /** What only vLLM can see, at its start. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            engineArgs=["--compilation-config","{\\"mode\\":99}"]   | config_error    | Input should be 0, 1, 2 or 3
            model=no/such-model                                     | config_error    | Cannot find an appropriate cached snapshot folder
            env=["VLLM_CPU_KVCACHE_SPACE=100000"]                   | oom_host        | Available memory on node
            """)
    void isRefusedByTheEngine(String setting, String type, String words) throws Exception {
        try (RealDyno dyno = RealDyno.start(folder, "RateSweep", "-p", setting)) {
            assertNoEngine(dyno, type, words);
        }
    }

    @Test
    void aMaxModelLenThatOnlyTheEngineKnowsToBeTooLong() throws Exception {
        // With overrides of its configuration, the model's folder does not tell its context.
        try (RealDyno dyno = RealDyno.start(
                folder,
                "RateSweep",
                "-p",
                "maxModelLen=8192",
                "-p",
                "hf-overrides={\"max_position_embeddings\":3000}")) {
            assertNoEngine(dyno, "config_error", "User-specified max_model_len (8192) is greater than");
        }
    }

    @Test
    void weightsThatAreCutOff() throws Exception {
        Path model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(RealVllm.model())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        try (RandomAccessFile weights =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            weights.setLength(1_000_000);
        }
        try (RealDyno dyno = RealDyno.start(folder, "RateSweep", "-p", "model=" + model)) {
            assertNoEngine(dyno, "config_error", "Error while deserializing header");
        }
    }

    @Test
    void aStartThatTakesLongerThanAllowed() throws Exception {
        try (RealDyno dyno = RealDyno.start(folder, "RateSweep", "-ready-timeout", "3s")) {
            assertNoEngine(dyno, "startup_timeout", "not ready within 3.0 s");
        }
    }

    @Test
    void aPortThatIsTakenBetweenDynosLookAndTheEnginesStart() throws Exception {
        List<ServerSocket> taken = new ArrayList<>();
        try (RealDyno dyno = RealDyno.start(folder, "RateSweep")) {
            for (int start = 1; start <= 2; start++) { // once is not enough: Dyno tries again on another port
                assertThat(Offspring.await(RealDyno.SOON, () -> takeNextPort(dyno, taken)))
                        .as("%s", dyno.console())
                        .isTrue();
            }
            assertNoEngine(
                    dyno,
                    "port_conflict",
                    "another program listens on the engine's port "
                            + taken.get(1).getLocalPort());
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    private static boolean takeNextPort(RealDyno dyno, List<ServerSocket> taken) {
        for (String process : dyno.alive()) {
            Matcher port = Pattern.compile("serve .*--port (\\d+)").matcher(process);
            if (port.find() && taken.stream().noneMatch(s -> s.getLocalPort() == Integer.parseInt(port.group(1)))) {
                try {
                    taken.add(new ServerSocket(Integer.parseInt(port.group(1)), 1, InetAddress.getLoopbackAddress()));
                    return true;
                } catch (IOException e) {
                    throw new AssertionError("the engine was faster", e);
                }
            }
        }
        return false;
    }

    /** The server demands the key that stands in the environment: with its own words in the failure, Dyno's requests have carried it. */
    @Test
    void promptsThatAreTooLongFailTheirPointInTheServersWordsAndSecretsReachTheEngineOnly() throws Exception {
        Path prompts = folder.resolve("prompts.jsonl");
        Files.writeString(prompts, ("{\"prompt\":\"" + "dyno ".repeat(3_000) + "\"}\n").repeat(40));
        Map<String, String> secrets = Map.of(
                "HF_TOKEN", CANARY + "1",
                "HUGGING_FACE_HUB_TOKEN", CANARY + "2",
                "VLLM_API_KEY", CANARY + "3",
                "OPENAI_API_KEY", CANARY + "4");
        try (RealDyno dyno = RealDyno.start(
                folder,
                secrets,
                "RateSweep",
                "-p",
                "dataset=jsonl",
                "-p",
                "datasetPath=" + prompts,
                "-p",
                "requestRate=10",
                "-p",
                "drained=true",
                "-p",
                "numPrompts=5",
                "-i",
                "1")) {
            assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(1);

            JsonNode failure = dyno.results().at("/benchmarks/0/failure");
            assertThat(failure.at("/class").asText())
                    .as("%s\n%s", failure, dyno.console())
                    .isEqualTo("http_errors");
            assertThat(failure.at("/message").asText())
                    .contains("maximum context length")
                    .contains("2048");
            assertFitsOnAScreen(dyno);
            for (Path file : dyno.files()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(CANARY);
            }
            assertThat(dyno.console()).doesNotContain(CANARY);
            assertThat(RealDyno.text(dyno.file("run.json"))).contains("\"VLLM_API_KEY\": \"redacted\"");
        }
    }

    @Test
    void anEngineWhoseCoreStandsStillIsCalledHung() throws Exception {
        try (RealDyno dyno = RealDyno.start(
                folder, "RateSweep", "-p", "requestRate=2", "-w", "1s", "-i", "500", "-r", "1s", "-to", "30s")) {
            assertThat(Offspring.await(RealDyno.SOON, () -> dyno.journal().contains("\"kind\":\"measurement\"")))
                    .as("%s", dyno.console())
                    .isTrue();
            for (String process : dyno.alive()) {
                if (process.contains("VLLM::EngineCore")) {
                    String pid = process.substring(0, process.indexOf(' '));
                    assertThat(new ProcessBuilder("kill", "-STOP", pid)
                                    .inheritIO()
                                    .start()
                                    .waitFor())
                            .isZero();
                }
            }

            assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(1);
            JsonNode failure = dyno.results().at("/benchmarks/0/failure");
            assertThat(failure.at("/class").asText())
                    .as("%s\n%s", failure, dyno.console())
                    .isEqualTo("server_hang");
            assertThat(failure.at("/message").asText()).contains("stand still").contains("/health answers");
            assertThat(Offspring.await(
                            Duration.ofSeconds(15), () -> dyno.alive().isEmpty()))
                    .as("left: %s", dyno.alive())
                    .isTrue();
        }
    }

    private static void assertNoEngine(RealDyno dyno, String type, String words) throws Exception {
        assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(3);
        JsonNode failure = dyno.results().at("/benchmarks/0/failure");
        assertThat(failure.at("/class").asText())
                .as("%s\n%s", failure, dyno.console())
                .isEqualTo(type);
        assertThat(failure.at("/message").asText()).contains(words);
        assertThat(failure.at("/log").asText()).startsWith("logs/");
        assertThat(dyno.console())
                .contains("FAILED  " + type + ": ")
                .contains(words)
                .contains("log    ")
                .contains("to do  ")
                .contains("dyno: exit 3 (no engine could be started)");
        assertFitsOnAScreen(dyno);
        assertThat(Offspring.await(Duration.ofSeconds(15), () -> dyno.alive().isEmpty()))
                .as("left: %s", dyno.alive())
                .isTrue();
    }

    private static void assertFitsOnAScreen(RealDyno dyno) {
        String console = dyno.console();
        assertThat(console.substring(console.indexOf("\nfork 1/")).lines())
                .as("lines after the plan\n%s", console)
                .hasSizeLessThanOrEqualTo(SCREEN);
    }
}
