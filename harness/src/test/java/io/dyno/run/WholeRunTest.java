package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.metrics.HealthBudget;
import io.dyno.metrics.RequestRecord;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.result.RequestFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs from options to files, on the simulator: what is kept of texts, and the further result file. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WholeRunTest {
    private static final String WORDS = "the moon over Königsberg";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private ClassLoader before;
    private URLClassLoader withDefinition;

    /** A benchmark as the processor would leave it: four chat prompts in one isolated iteration, after one of warm-up. */
    public static final class Definition implements BenchmarkDefinition {
        @Override
        public BenchmarkDescriptor descriptor() {
            Map<String, String> settings = new TreeMap<>(Map.of(
                    "model", "Qwen/Qwen3-8B",
                    "endpoint", "CHAT",
                    "outputLen", "8",
                    "numPrompts", "4",
                    "maxConcurrency", "2",
                    "drained", "true"));
            List<WrittenSetting> written = settings.entrySet().stream()
                    .map(e -> new WrittenSetting(e.getKey(), List.of(e.getValue())))
                    .toList();
            return new BenchmarkDescriptor(
                    "com.acme.MoonTalk",
                    written,
                    List.of(),
                    List.of(),
                    null,
                    1,
                    0,
                    new BenchmarkDescriptor.Iterations(1, null),
                    new BenchmarkDescriptor.Iterations(1, null),
                    true,
                    Set.of(),
                    Set.of());
        }

        @Override
        public Object newInstance() {
            return this;
        }

        @Override
        public void set(Object instance, String field, String value) {
            throw new IllegalArgumentException(field);
        }

        @Override
        public Iterable<Prompt> prompts(Object instance, PromptRequest request) {
            return IntStream.range(0, 4)
                    .mapToObj(i -> Prompt.of("Tell me of " + WORDS + ", " + request.seed() + "/" + i))
                    .toList();
        }
    }

    @BeforeEach
    void putTheDefinitionOnTheClassPath() throws IOException {
        Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        Files.writeString(services.resolve(BenchmarkDefinition.class.getName()), Definition.class.getName());
        before = Thread.currentThread().getContextClassLoader();
        withDefinition =
                new URLClassLoader(new URL[] {folder.resolve("classes").toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(withDefinition);
    }

    @AfterEach
    void takeItAway() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        withDefinition.close();
    }

    private Runner.Outcome run(Options.Builder options) throws Exception {
        Options all = options.include("MoonTalk")
                .engine("sim")
                .sim("gpu=H100;gpus=1")
                .results(folder.resolve("runs"))
                .build();
        Runner.Outcome outcome = new Runner(
                        all, List.of(), new PrintStream(console, true, StandardCharsets.UTF_8), HealthBudget.DEFAULT)
                .run();
        assertThat(outcome.exit()).as(console.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
        return outcome;
    }

    @Test
    void withoutKeepTextNoTextIsInAnyFileOfTheRun() throws Exception {
        Path run = run(Options.builder()).folder();

        Map<Path, String> files = contents(run);
        assertThat(files.keySet().stream().filter(f -> f.startsWith("requests")))
                .as("warm-up and measurement")
                .hasSize(2);
        files.forEach((file, text) -> {
            assertThat(text).as(file.toString()).doesNotContain("Tell me").doesNotContain("Königsberg");
            if (file.startsWith("requests")) {
                assertThat(text).doesNotContain("texts");
            }
        });
        assertThat(console.toString(StandardCharsets.UTF_8)).doesNotContain("Tell me");
    }

    @Test
    void withKeepTextRequestFilesHaveEveryPromptAndAnswerAndOtherFilesNone() throws Exception {
        Path further = folder.resolve("further.txt");
        Path run = run(Options.builder().keepText(true).resultFormat("text").resultFile(further))
                .folder();

        List<RequestRecord> records = new ArrayList<>();
        for (Map.Entry<Path, String> file : contents(run).entrySet()) {
            if (file.getKey().startsWith("requests")) {
                records.addAll(RequestFiles.read(run.resolve(file.getKey())));
            } else {
                assertThat(file.getValue()).as(file.getKey().toString()).doesNotContain("Tell me");
            }
        }
        assertThat(records).hasSize(8).allSatisfy(r -> {
            assertThat(r.texts().prompt()).contains("Tell me of " + WORDS);
            assertThat(r.texts().promptTokens()).isNull();
            assertThat(r.texts().answer()).isNotBlank();
        });
        assertThat(records.stream().map(r -> r.texts().prompt()).distinct()).hasSize(8);
        assertThat(further).content().contains("\nMoonTalk.serve[sim] ").contains("MoonTalk.serve[sim]:ttft ");
        assertThat(console.toString(StandardCharsets.UTF_8))
                .as("the closing lines name it")
                .contains("         " + further);
    }

    /** Every file below a folder, by its path in it, unzipped where it is zipped. */
    private static Map<Path, String> contents(Path run) throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (file.toString().endsWith(".gz")) {
                    bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
                }
                contents.put(run.relativize(file), new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return contents;
    }
}
