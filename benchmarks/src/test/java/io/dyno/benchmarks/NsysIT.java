package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code -prof nsys} on the simulator, with a stand-in for nsys on the PATH (see fake-nsys/nsys): in which order things happen, and what is
 * left. That the real nsys does as this one does awaits a machine with a GPU.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NsysIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path program;
    private Process dyno;

    @BeforeEach
    void installNsys() throws IOException {
        program = Files.createDirectory(folder.resolve("bin"));
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "fake-nsys"))) {
            for (Path file : files.toList()) {
                Files.copy(file, program.resolve(file.getFileName()));
            }
        }
        assertThat(program.resolve("nsys").toFile().setExecutable(true)).isTrue();
    }

    @AfterEach
    void end() {
        if (dyno != null) {
            dyno.descendants().forEach(ProcessHandle::destroyForcibly);
            dyno.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "throughput"})
    void theRangeIsOpenDuringTheProfiledIterationOnlyAndTheReportIsWaitedFor(String bench) throws Exception {
        run(bench, "nsys:--gpu-metrics-devices=all");

        List<String> seen = notes().stream()
                .map(Note::text)
                .filter(text -> !text.startsWith("environment"))
                .map(text -> text.replaceFirst("^(argv|stats) .*", "$1"))
                .toList();
        assertThat(seen)
                .as("%s", console())
                .containsExactly(
                        "argv",
                        "range opened",
                        "range closed",
                        "SIGINT",
                        "the application has ended",
                        "report written",
                        "stats");
        long opened = micros("range opened");
        long closed = micros("range closed");
        assertThat(journal("iteration", "warmup"))
                .as("warm-up comes before the range is opened")
                .isNotEmpty()
                .allSatisfy(line -> assertThat(writtenMicros(line)).isLessThan(opened));
        assertThat(journal("iteration", "profiled"))
                .as("the profiled iteration is complete before the range is closed")
                .singleElement()
                .satisfies(line -> assertThat(writtenMicros(line)).isBetween(opened, closed));
        assertThat(journal("iteration", "measurement"))
                .as("what scores was measured before, without nsys")
                .isNotEmpty()
                .allSatisfy(line -> assertThat(writtenMicros(line)).isLessThan(micros("argv")));
    }

    @Test
    void theCommandIsTheDocumentedOneAndTheReportIsInTheResults() throws Exception {
        run("serve", "nsys:--gpu-metrics-devices=all");

        String argv = text("argv");
        assertThat(argv)
                .contains(" --trace-fork-before-exec=true --cuda-graph-trace=node --capture-range=cudaProfilerApi"
                        + " --capture-range-end=repeat --gpu-metrics-devices=all ")
                .contains(" serve ")
                .endsWith("--profiler-config {\"profiler\":\"cuda\"}");
        assertThat(text("environment"))
                .isEqualTo("environment VLLM_WORKER_MULTIPROC_METHOD=spawn VLLM_RPC_TIMEOUT=1800000");
        try (Stream<Path> files = Files.list(folder.resolve("results/latest/profiles"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.matches("nsys-\\w+-[0-9a-f]{12}-f1-a1-p0(_\\w+\\.csv|\\.txt|\\.nsys-rep)"))
                    .hasSize(6);
        }
        JsonNode profiled = results().stream()
                .filter(entry -> entry.at("/profiled").asBoolean())
                .findFirst()
                .orElseThrow();
        assertThat(profiled.at("/metrics/nsys.kernel_time/score").asDouble()).isEqualTo(10);
        assertThat(profiled.at("/metrics/nsys.gpu_idle/score").asDouble()).isEqualTo(37.5);
        assertThat(results())
                .filteredOn(entry -> !entry.at("/profiled").asBoolean())
                .as("no figure of nsys stands beside a score")
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(entry.at("/metrics").has("nsys.kernel_time")).isFalse());
    }

    @Test
    void whatNsysRefusesLosesTheProfileAndNotTheBenchmark() throws Exception {
        run("serve", "nsys:--gpu-metric=all");

        assertThat(console()).contains("unrecognised option '--gpu-metric=all'");
        assertThat(journal("iteration", "measurement")).isNotEmpty();
        assertThat(results())
                .filteredOn(entry -> !entry.at("/profiled").asBoolean())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.at("/status").asText()).isIn("ok", "void"));
    }

    private void run(String bench, String profiler) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("target", "benchmarks.jar").toAbsolutePath().toString()));
        command.addAll(List.of("ChatCapacity", "-engine", "sim", "-bm", bench, "-p", "model=Qwen/Qwen3-0.6B"));
        command.addAll(List.of("-p", "inputLen=32", "-p", "outputLen=8", "-p", "tp=1"));
        if (bench.equals("serve")) {
            command.addAll(List.of("-p", "maxConcurrency=4"));
        }
        command.addAll(List.of("-p", "numPrompts=8", "-f", "1", "-w", "500ms", "-i", "1", "-r", "1s"));
        command.addAll(
                List.of("-prof", profiler, "-results", folder.resolve("results").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().merge("PATH", program.toString(), (path, first) -> first + File.pathSeparator + path);
        builder.environment().put("FAKE_NSYS_LOG", folder.resolve("nsys.log").toString());
        dyno = builder.start();
        dyno.getOutputStream().close();
        assertThat(dyno.waitFor(3, TimeUnit.MINUTES)).as("%s", console()).isTrue();
        // On a busy machine windows may be void, which is exit 1; what these tests are about is not.
        assertThat(dyno.exitValue()).as("%s", console()).isIn(0, 1);
    }

    /** What the stand-in saw, and when. */
    private record Note(long micros, String text) {}

    private List<Note> notes() throws IOException {
        return Files.readAllLines(folder.resolve("nsys.log")).stream()
                .map(line -> new Note(
                        Long.parseLong(line.substring(0, line.indexOf(' ')).replaceAll("[.,]", "")),
                        line.substring(line.indexOf(' ') + 1)))
                .toList();
    }

    private Note note(String beginning) throws IOException {
        return notes().stream()
                .filter(note -> note.text().startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nsys has not seen " + beginning + "\n" + console()));
    }

    private long micros(String beginning) throws IOException {
        return note(beginning).micros();
    }

    private String text(String beginning) throws IOException {
        return note(beginning).text();
    }

    private List<JsonNode> journal(String event, String kind) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("results/latest/journal.jsonl"))) {
            JsonNode json = JSON.readTree(line);
            if (json.at("/event").asText().equals(event)
                    && json.at("/kind").asText().equals(kind)) {
                lines.add(json);
            }
        }
        return lines;
    }

    private static long writtenMicros(JsonNode line) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, Instant.parse(line.at("/t").asText()));
    }

    private List<JsonNode> results() throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        JSON.readTree(folder.resolve("results/latest/results.json").toFile())
                .at("/benchmarks")
                .forEach(entries::add);
        return entries;
    }

    private String console() {
        try {
            return Files.readString(folder.resolve("console.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
