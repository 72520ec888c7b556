package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and keys of the environment reach the engine, and Dyno's requests carry the key that it then demands; they stand nowhere else. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecretsIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String CANARY = "canary-7f3a91d2c4";
    private static final Map<String, String> SECRETS = Map.of(
            "HF_TOKEN", CANARY + "-1",
            "HUGGING_FACE_HUB_TOKEN", CANARY + "-2",
            "VLLM_API_KEY", CANARY + "-3",
            "OPENAI_API_KEY", CANARY + "-4");

    private final String mark = UUID.randomUUID().toString();

    @TempDir
    Path folder;

    @Test
    void secretsReachTheEngineAndNothingElse() throws Exception {
        Process dyno = start("-f", "1", "-w", "200ms", "-i", "3", "-r", "1s");
        try {
            // The simulator demands VLLM_API_KEY as vLLM does: without it in every request there would be no window
            // that counts.
            assertThat(Offspring.await(SOON, () -> text(results().resolve("latest/journal.jsonl"))
                            .contains("\"kind\":\"measurement\"")))
                    .as("%s", console())
                    .isTrue();
            List<String> processes = Offspring.of(mark);
            String engine = processes.stream()
                    .filter(p -> p.contains(" serve "))
                    .findFirst()
                    .orElseThrow();
            SECRETS.forEach((name, value) -> assertThat(environment(engine)).contains(name + "=" + value));
            assertThat(processes).as("argv, for everybody to see").noneMatch(p -> p.contains(CANARY));

            assertThat(dyno.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("%s", console())
                    .isTrue();
        } finally {
            dyno.destroyForcibly();
        }
        String json = text(results().resolve("latest/results.json"));
        assertThat(json)
                .as("requests were answered")
                .doesNotContain("http_errors")
                .contains("\"scored\"");
        try (Stream<Path> files = Files.walk(results().resolve("latest").toRealPath())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(text(file)).as("%s", file).doesNotContain(CANARY);
            }
        }
        assertThat(console()).doesNotContain(CANARY);
        assertThat(json).contains("\"VLLM_API_KEY\": \"redacted\"");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-jar",
                                Path.of("target", "benchmarks.jar")
                                        .toAbsolutePath()
                                        .toString(),
                                "Sample_01",
                                "-engine",
                                "sim",
                                "-p",
                                "model=Qwen/Qwen3-0.6B",
                                "-p",
                                "inputLen=32",
                                "-p",
                                "outputLen=8",
                                "-results",
                                results().toString()),
                        Stream.of(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().put(Offspring.VARIABLE, mark);
        builder.environment().putAll(SECRETS);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Path results() {
        return folder.resolve("results");
    }

    private String console() {
        return text(folder.resolve("console.txt"));
    }

    private static List<String> environment(String process) {
        return List.of(text(Path.of("/proc", process.substring(0, process.indexOf(' ')), "environ"))
                .split("\0", -1));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
