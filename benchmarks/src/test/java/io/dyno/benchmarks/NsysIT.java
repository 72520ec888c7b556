package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code -prof nsys} on the simulator, with a stand-in for nsys on the PATH (see fake-nsys/nsys): in which order things happen, and what is
 * left. That the real nsys does as this one does awaits a machine with a GPU.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NsysIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String SECONDS = "FAKE_NSYS_SECONDS";

    @TempDir
    Path folder;

    private final String mark = UUID.randomUUID().toString();
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
    void endAll() {
        if (dyno != null) {
            dyno.descendants().forEach(ProcessHandle::destroyForcibly);
            dyno.destroyForcibly();
        }
    }

    /** From a shell that ignores SIGINT, with a report that takes longer than the 20 s that any other process is left. */
    @Test
    void everyRangeOfAServerIsRecordedAndTheReportsAreWaitedFor() throws Exception {
        start(
                "--ignore-signal=INT",
                "serve",
                "nsys:--gpu-metrics-devices=all",
                Map.of(SECONDS, "21"),
                "maxConcurrency=2,4");
        end();

        assertThat(seen())
                .as("%s", console())
                .containsExactly(
                        "argv",
                        "load", // warm-up
                        "range opened",
                        "load",
                        "range closed",
                        "load", // warm-up of the second point
                        "range opened",
                        "load",
                        "range closed",
                        "SIGINT",
                        "the application has ended",
                        "report written",
                        "report written",
                        "stats",
                        "stats");
        assertTheRangesHoldTheProfiledIterations();
        assertThat(micros("report written", 1) - micros("SIGINT", 0)).isGreaterThan(20_000_000);

        assertThat(text("argv"))
                .contains(" --trace-fork-before-exec=true --cuda-graph-trace=node --kill=sigterm --wait=primary"
                        + " --capture-range=cudaProfilerApi --capture-range-end=repeat --gpu-metrics-devices=all ")
                .contains(" serve ")
                .endsWith("--profiler-config {\"profiler\":\"cuda\"}");
        assertThat(text("environment"))
                .isEqualTo("environment VLLM_WORKER_MULTIPROC_METHOD=spawn VLLM_RPC_TIMEOUT=1800000");
        assertThat(profiles())
                .as("of two points, without what nsys stats reads")
                .allMatch(name -> name.matches("nsys-\\w+-[0-9a-f]{12}-f1-a1-p0(_\\w+\\.csv|\\.txt|\\.nsys-rep)"))
                .hasSize(12);
        assertThat(profiled()).hasSize(2).allSatisfy(NsysIT::assertFiguresOfTheStandIn);
        assertThat(results())
                .filteredOn(entry -> !entry.at("/profiled").asBoolean())
                .as("no figure of nsys stands beside a score")
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(entry.at("/metrics").has("nsys.kernel_time")).isFalse());
        assertThat(Files.readString(profile("-p0.txt")).lines())
                .contains(
                        "       7.000   70.0%        150       46.667  cutlass::Kernel2",
                        "       0.250   71.4%         48        5.208  CUDA memcpy Host-to-Device",
                        "NVIDIA H100 80GB HBM3 (0): nothing to do for 1.500 of 4.000 ms (37.5 %), 1.000 ms at most at a time");
    }

    @Test
    void everyIterationOfAnOfflineEngineIsRecorded() throws Exception {
        start("--default-signal=INT", "throughput", "nsys:iterations=2", Map.of());
        end();

        assertThat(seen())
                .as("%s", console())
                .containsExactly(
                        "argv",
                        "range opened",
                        "range closed",
                        "range opened",
                        "range closed",
                        "SIGINT",
                        "the application has ended",
                        "report written",
                        "report written",
                        "stats",
                        "stats");
        assertTheRangesHoldTheProfiledIterations();
        assertThat(profiles()).filteredOn(name -> name.endsWith(".nsys-rep")).hasSize(2);
        assertThat(profiled()).singleElement().satisfies(NsysIT::assertFiguresOfTheStandIn);
    }

    @Test
    void anOldVersionRecordsOneRange() throws Exception {
        start("--default-signal=INT", "serve", "nsys", Map.of("FAKE_NSYS_VERSION", "2020.5.1"), "maxConcurrency=4");
        end();

        assertThat(text("argv"))
                .contains(" --capture-range=cudaProfilerApi --stop-on-range-end=true ")
                .doesNotContain("--cuda-graph-trace", "--capture-range-end");
        assertThat(profile("-p0.qdrep")).exists();
        JsonNode metrics = profiled().get(0).at("/metrics");
        assertThat(score(metrics, "kernel_time")).isEqualTo(6);
        assertThat(score(metrics, "memory_time")).isEqualTo(0.25);
        assertThat(score(metrics, "longest_gap")).isEqualTo(1);
        assertThat(Files.readString(profile("-p0.txt"))).contains(" 4.5 MB  CUDA memcpy HtoD");
    }

    /** Under an nsys that does not end its application. */
    @Test
    void anInterruptedDynoEndsAndLeavesNsysToItsKeeper() throws Exception {
        start(
                "--default-signal=INT",
                "serve",
                "nsys",
                Map.of(SECONDS, "2", "FAKE_NSYS_APPLICATION", "goes-on"),
                "maxConcurrency=4");
        assertThat(Offspring.await(LONG, () -> said("range opened")))
                .as("%s", console())
                .isTrue();

        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(dyno.pid()))
                        .start()
                        .waitFor())
                .isZero();

        assertThat(dyno.waitFor(60, TimeUnit.SECONDS)).as("%s", console()).isTrue();
        assertThat(dyno.exitValue()).isEqualTo(130);
        assertThat(console())
                .containsPattern("dyno: nsys, pid \\d+, still writes \\S+/profiles/nsys-\\S+; it goes on without Dyno");
        assertThat(seen()).as("when Dyno has ended").endsWith("SIGINT");
        assertThat(Offspring.await(LONG, () -> Offspring.of(mark).isEmpty()))
                .as("%s", Offspring.of(mark))
                .isTrue();
        assertThat(seen())
                .as("what the keeper saw to")
                .endsWith("SIGINT", "the application has ended", "report written");
    }

    @Test
    void whatNsysRefusesLosesTheProfileAndNotTheBenchmark() throws Exception {
        start("--default-signal=INT", "serve", "nsys:--gpu-metric=all", Map.of(), "maxConcurrency=4");
        end();

        assertThat(console()).contains("unrecognised option '--gpu-metric=all'");
        assertThat(journal("iteration", "measurement")).isNotEmpty();
        assertThat(results())
                .filteredOn(entry -> !entry.at("/profiled").asBoolean())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.at("/status").asText()).isIn("ok", "void"));
    }

    private void start(String signal, String bench, String profiler, Map<String, String> standIn, String... params)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("env", signal));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("target", "benchmarks.jar").toAbsolutePath().toString()));
        command.addAll(List.of("ChatCapacity", "-engine", "sim", "-bm", bench, "-p", "model=Qwen/Qwen3-0.6B"));
        command.addAll(List.of("-p", "inputLen=32", "-p", "outputLen=8", "-p", "tp=1"));
        for (String param : params) {
            command.addAll(List.of("-p", param));
        }
        command.addAll(List.of("-p", "numPrompts=8", "-f", "1", "-w", "500ms", "-i", "1", "-r", "1s"));
        command.addAll(
                List.of("-prof", profiler, "-results", folder.resolve("results").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().merge("PATH", program.toString(), (path, first) -> first + File.pathSeparator + path);
        builder.environment().put("FAKE_NSYS_LOG", folder.resolve("nsys.log").toString());
        builder.environment().put(Offspring.VARIABLE, mark);
        builder.environment().putAll(standIn);
        dyno = builder.start();
        dyno.getOutputStream().close();
    }

    private void end() throws InterruptedException {
        assertThat(dyno.waitFor(3, TimeUnit.MINUTES)).as("%s", console()).isTrue();
        // On a busy machine windows may be void, which is exit 1; what these tests are about is not.
        assertThat(dyno.exitValue()).as("%s", console()).isIn(0, 1);
        assertThat(Offspring.of(mark)).as("what is left").isEmpty();
    }

    /** What the stand-in saw, in order. */
    private List<String> seen() throws IOException {
        return notes().stream()
                .map(Note::text)
                .filter(text -> !text.startsWith("environment"))
                .map(text -> text.replaceFirst("^(argv|stats) .*", "$1"))
                .toList();
    }

    private boolean said(String text) {
        try {
            return Files.exists(log()) && seen().contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Of two: each is complete before its range is closed; what scores, warm-up first, was over before nsys. */
    private void assertTheRangesHoldTheProfiledIterations() throws IOException {
        List<JsonNode> profiled = journal("iteration", "profiled");
        assertThat(profiled).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(writtenMicros(profiled.get(i))).isBetween(micros("range opened", i), micros("range closed", i));
        }
        long argv = micros("argv", 0);
        for (String kind : List.of("warmup", "measurement")) {
            assertThat(journal("iteration", kind)).as(kind).isNotEmpty().allSatisfy(line -> assertThat(
                            writtenMicros(line))
                    .isLessThan(argv));
        }
    }

    private static void assertFiguresOfTheStandIn(JsonNode entry) {
        JsonNode metrics = entry.at("/metrics");
        assertThat(score(metrics, "kernel_time")).isEqualTo(10);
        assertThat(score(metrics, "memory_time")).isEqualTo(0.35);
        assertThat(score(metrics, "gpu_idle")).isEqualTo(37.5);
        assertThat(score(metrics, "longest_gap")).isEqualTo(1);
        assertThat(score(metrics, "kernel_time.cutlass::Kernel2")).isEqualTo(7);
        assertThat(score(metrics, "kernel_time.flash_fwd_splitkv_kernel")).isEqualTo(3);
    }

    private static double score(JsonNode metrics, String name) {
        return metrics.path("nsys." + name).path("score").asDouble(Double.NaN);
    }

    /** What the stand-in saw, and when. */
    private record Note(long micros, String text) {}

    private List<Note> notes() throws IOException {
        return Files.readAllLines(log()).stream()
                .map(line -> new Note(
                        Long.parseLong(line.substring(0, line.indexOf(' ')).replaceAll("[.,]", "")),
                        line.substring(line.indexOf(' ') + 1)))
                .toList();
    }

    private Note note(String beginning, int number) throws IOException {
        return notes().stream()
                .filter(note -> note.text().startsWith(beginning))
                .skip(number)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nsys has not seen " + beginning + "\n" + console()));
    }

    private long micros(String beginning, int number) throws IOException {
        return note(beginning, number).micros();
    }

    private String text(String beginning) throws IOException {
        return note(beginning, 0).text();
    }

    private Path log() {
        return folder.resolve("nsys.log");
    }

    private List<String> profiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("results/latest/profiles"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** The first file with such an end. */
    private Path profile(String end) throws IOException {
        return folder.resolve("results/latest/profiles")
                .resolve(profiles().stream()
                        .filter(name -> name.endsWith(end))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no file ends with " + end + "\n" + console())));
    }

    private List<JsonNode> profiled() throws IOException {
        return results().stream()
                .filter(entry -> entry.at("/profiled").asBoolean())
                .toList();
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
