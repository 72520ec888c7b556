package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * benchmarks.jar on a machine that seems to have GPUs: a fake NVML in the driver's place, and a {@code vllm} that is a script and serves by the
 * simulator.
 */
@EnabledIfSystemProperty(
        named = "dyno.nvml.fake",
        matches = ".+",
        disabledReason = "runs in `mvn verify -Pnvml`: it needs a C compiler, Python and NVIDIA's nvml.h")
class GpuRunNvmlIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Path JAR = Path.of("target", "benchmarks.jar").toAbsolutePath();

    @TempDir
    private Path folder;

    private Path nvml;
    private Path vllm;

    @BeforeEach
    void installBoth() throws IOException {
        nvml = Files.copy(
                Path.of(System.getProperty("dyno.nvml.fake"), "libnvidia-ml.so.1"),
                folder.resolve("libnvidia-ml.so.1"));
        vllm = Files.writeString(
                folder.resolve("vllm"),
                "#!/bin/sh\nexec '" + JAVA + "' -Xmx256m -cp '" + JAR + "' io.dyno.engine.sim.SimMain \"$@\"\n");
        Files.setPosixFilePermissions(vllm, PosixFilePermissions.fromString("rwx------"));
    }

    private void gpus(String... lines) throws IOException {
        Files.write(folder.resolve("libnvidia-ml.so.1.conf"), List.of(lines));
    }

    /**
     * How a run ended.
     *
     * @param exit its exit code
     * @param console what it printed
     */
    private record Ended(int exit, String console) {}

    private Ended dyno(Path library, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(JAVA.toString(), "-Ddyno.nvml.library=" + library, "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path console = folder.resolve("console.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(console.toFile());
        builder.environment().remove("CUDA_VISIBLE_DEVICES");
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
        return new Ended(process.exitValue(), Files.readString(console));
    }

    private Ended run(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "RateSweep",
                "-vllm",
                vllm.toString(),
                "-p",
                "requestRate=10",
                "-p",
                "inputLen=32",
                "-p",
                "outputLen=8",
                "-f",
                "1",
                "-w",
                "500ms",
                "-i",
                "1",
                "-r",
                "2s",
                "-results",
                folder.resolve("results").toString()));
        arguments.addAll(List.of(more));
        return dyno(nvml, arguments.toArray(String[]::new));
    }

    private JsonNode json(String file) throws IOException {
        return JSON.readTree(folder.resolve("results/latest").resolve(file).toFile());
    }

    @Test
    void energyOfTheEnginesOneGpuStandsInTheResultsAndTheOtherGpuIsNotCounted() throws Exception {
        gpus("gpus=2", "gpu0.power=300000", "gpu1.power=900000", "gpu.name=NVIDIA Fälschung");

        Ended ended = run("-prof", "nvml:idle=200");

        assertThat(ended.exit()).as("%s", ended).isZero();
        JsonNode point = json("results.json").at("/benchmarks/0");
        double joules = point.at("/metrics/energy/score").asDouble();
        assertThat(joules).as("300 W for 2 s, %s", ended).isCloseTo(600, within(6.0));
        double tokens = point.at("/metrics/output_throughput/score").asDouble() * 2;
        assertThat(point.at("/metrics/joules_per_output_token/score").asDouble())
                .isCloseTo(joules / tokens, within(0.001 * joules / tokens));
        assertThat(point.at("/metrics/nvml.energy_uncertainty/score").asDouble())
                .as("a tenth of a second of two, the sensor's 5 %, and the readings' distance from the window's edges")
                .isBetween(10.0, 20.0);
        assertThat(point.at("/metrics/nvml.energy_above_idle/score").isNull())
                .as("a busy GPU that takes no more than an idle one: nothing but error")
                .isTrue();
        assertThat(point.at("/metrics/nvml.idle_power/score").asDouble()).isCloseTo(300, within(3.0));
        JsonNode run = json("run.json");
        assertThat(run.at("/gpus/0/name").asText()).isEqualTo("NVIDIA Fälschung");
        assertThat(run.at("/gpus/0/powerLimitWatts").asDouble()).isEqualTo(700);
        assertThat(run.at("/gpuDriver/driver").asText()).isEqualTo("580.159.04");
        try (Stream<Path> profiles = Files.list(folder.resolve("results/latest/profiles"))) {
            assertThat(profiles.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.contains("nvml") && name.endsWith(".csv"));
        }
    }

    @Test
    void aThrottledGpuMakesWindowsSuspectAndWithStrictTheRunFail() throws Exception {
        gpus("gpu.reasons=0x40", "gpu.limit=400000");

        Ended ended = run("-strict");

        assertThat(ended.exit()).as("%s", ended).isEqualTo(1);
        assertThat(json("results.json").at("/benchmarks/0/suspects"))
                .extracting(JsonNode::asText)
                .anyMatch(
                        s -> s.startsWith("gpu_throttled: 1 of 1 windows, such as: GPU 0 too hot (hardware slowdown)"))
                .anyMatch(s ->
                        s.startsWith("gpu_power_limit: ") && s.endsWith("GPU 0 is limited to 400 W, below its 700 W"));
    }

    /** A change of what the GPUs say in the middle of the window. */
    private Thread later(long millis, String... lines) {
        Thread change = new Thread(() -> {
            try {
                Path journal = folder.resolve("results/latest/journal.jsonl");
                for (int i = 0; i < 600 && !measuring(journal); i++) {
                    Thread.sleep(100);
                }
                Thread.sleep(millis);
                gpus(lines);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        change.setDaemon(true);
        change.start();
        return change;
    }

    /** Whether the warm-up window is over. */
    private static boolean measuring(Path journal) throws IOException {
        return Files.exists(journal) && Files.readString(journal).contains("\"iteration\"");
    }

    private List<String> suspects() throws IOException {
        List<String> suspects = new ArrayList<>();
        json("results.json").at("/benchmarks/0/suspects").forEach(s -> suspects.add(s.asText()));
        return suspects;
    }

    @Test
    void aForeignProcessAndAFailingQuestionAreDoubts() throws Exception {
        long stranger = (1 << 22) - 1;
        gpus(
                "gpu.processes=" + ProcessHandle.current().pid() + ":1024," + stranger + ":2147483648",
                "gpu.error=nvmlDeviceGetTotalEccErrors:999");

        Ended ended = run();

        assertThat(ended.exit()).as("%s", ended).isZero();
        assertThat(suspects())
                .anyMatch(s -> s.startsWith("gpu_foreign_process: ") && s.contains("process " + stranger))
                .anyMatch(s -> s.startsWith("gpu_unwatched: ") && s.contains("did not tell its memory errors"));
    }

    @Test
    void aGpuThatIsLostInTheWindowEndsNoRunAndLeavesNoHalfFigures() throws Exception {
        gpus("gpu.power=300000");
        Thread loss = later(500, "gpu.power=300000", "gpu.lost.after=0");

        Ended ended = run("-prof", "nvml:idle=200");
        loss.join();

        assertThat(ended.exit()).as("%s", ended).isZero();
        assertThat(suspects()).anyMatch(s -> s.startsWith("gpu_lost: ") && s.contains("GPU is lost (NVML error 15)"));
        for (String metric : List.of("energy", "gpu_power", "gpu_utilization")) {
            JsonNode figure = json("results.json").at("/benchmarks/0/metrics/" + metric);
            assertThat(figure.get("score").isNull())
                    .as("%s: %s", metric, figure)
                    .isTrue();
        }
        assertThat(ended.console()).contains("note: nvml: sampling ended: ");
    }

    @Test
    void memoryThatIsNotReturnedIsADoubtOfTheFork() throws Exception {
        gpus("gpu.memory.used=0");
        Thread leak = later(100, "gpu.memory.used=64424509440");

        Ended ended = run();
        leak.join();

        assertThat(ended.exit()).as("%s", ended).isZero();
        assertThat(suspects())
                .anyMatch(s -> s.startsWith("gpu_memory_not_returned: ") && s.contains("60.0 GiB more in use"));
    }

    @Test
    void aSickGpuBesideIsToldAndTheOthersAreWatched() throws Exception {
        gpus("gpus=2", "gpu0.error=nvmlDeviceGetHandleByIndex_v2:999", "gpu1.reasons=0x40");

        Ended ended = run();

        assertThat(ended.console())
                .contains("GPU      not watched: NVML's GPU 0: nvmlDeviceGetHandleByIndex_v2: Unknown Error");
        assertThat(json("run.json").at("/gpusNotWatched/0").asText()).startsWith("NVML's GPU 0: ");
        assertThat(suspects()).anyMatch(s -> s.startsWith("gpu_throttled: "));
    }

    @Test
    void lprofSaysForNvmlWhyOrThatItIsThere() throws Exception {
        gpus("gpus=1");
        assertThat(line(dyno(nvml, "-lprof"))).doesNotContain("no NVIDIA driver");
        assertThat(line(dyno(Path.of("libno-such-driver.so.1"), "-lprof"))).contains("no NVIDIA driver's NVML here");
    }

    private static String line(Ended listing) {
        return listing.console()
                .lines()
                .filter(line -> line.strip().startsWith("nvml"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(listing));
    }
}
