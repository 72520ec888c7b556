package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Profilers on the real vLLM: one class, online and offline. What is scored is what a run without them has, and what they leave opens in a reader
 * of its own with the processes that it should have.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ProfilersRealIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void onlineTheyLeaveTracesOfAllProcessesAndTheScoresAsTheyAreWithoutThem() throws Exception {
        List<String> serve = List.of("-bm", "serve", "-f", "2", "-i", "2", "-p", "requestRate=4", "-p", "drained=true");
        try (RealDyno dyno = start("with", serve, "torch:rows=5", "viztracer:entries=200000", "vllm");
                RealDyno without = startAfter(dyno, serve)) {
            boolean scored = dyno.measured();
            boolean scoredWithout = without.measured();

            assertThat(windows(dyno))
                    .as("points, forks and iterations as in a run without profilers")
                    .isEqualTo(windows(without))
                    .hasSize(2 * (1 + 2));
            if (scored && scoredWithout) { // a void window has no number in either of them
                assertThat(shapes(dyno)).isEqualTo(shapes(without)).isNotEmpty();
            }
            assertThat(profiles(dyno, "torch"))
                    .extracting(ProfilersRealIT::ending)
                    .as("in the last fork alone, the server's own process beside the rank: %s", dyno.console())
                    .containsExactlyInAnyOrder(
                            "f1-p0-frontend.pt.trace.json.gz",
                            "f1-p0-rank0.pt.trace.json.gz",
                            "f1-p0-rank0.profiler_out.txt",
                            "f1-p0-operators.txt");
            assertTorchTraces(dyno);
            assertThat(processes(profile(dyno, "torch", "f1-p0-frontend.pt.trace.json.gz")))
                    .as("the server's own process is none of the engine's")
                    .hasSize(1)
                    .noneMatch(process -> process.contains("VLLM::"))
                    .doesNotContainAnyElementsOf(processes(profile(dyno, "torch", "f1-p0-rank0.pt.trace.json.gz")));
            assertVizTraces(dyno, "f2", "server");
            assertSecondaryResults(dyno, 2 * 2);
        }
    }

    @Test
    void offlineTheyLeaveTracesOfAllProcessesToo() throws Exception {
        List<String> throughput = List.of("-bm", "throughput", "-f", "1", "-i", "1");
        try (RealDyno dyno = start("with", throughput, "torch:rows=5", "viztracer:entries=200000", "vllm")) {
            dyno.measured();

            assertThat(profiles(dyno, "torch"))
                    .extracting(ProfilersRealIT::ending)
                    .as("%s", dyno.console())
                    .containsExactlyInAnyOrder(
                            "f0-p0-rank0.pt.trace.json.gz", "f0-p0-rank0.profiler_out.txt", "f0-p0-operators.txt");
            assertTorchTraces(dyno);
            assertVizTraces(dyno, "f1", "rank0");
            assertThat(names(profile(dyno, "viztracer", "f1-p0-rank0.json"))).anyMatch(name -> name.startsWith("LLM."));
            assertSecondaryResults(dyno, 1);
        }
    }

    private static void assertTorchTraces(RealDyno dyno) throws IOException {
        for (Path file : profiles(dyno, "torch")) {
            if (ending(file).endsWith("rank0.pt.trace.json.gz")) {
                assertThat(names(file))
                        .as("what the model is made of")
                        .contains("vllm::unified_attention_with_output", "aten::copy_");
                assertThat(processes(file)).singleElement().asString().contains("VLLM::Worker");
            } else if (ending(file).endsWith("operators.txt")) {
                assertThat(file).content().contains("rank0: ").contains("aten::");
            }
        }
    }

    /** Each is of one process, and VizTracer's own program, which refuses what is none of its traces, makes one of them. */
    private void assertVizTraces(RealDyno dyno, String fork, String main) throws Exception {
        List<Path> traces = profiles(dyno, "viztracer");
        assertThat(traces)
                .extracting(ProfilersRealIT::ending)
                .as("all processes that run vLLM: %s", dyno.console())
                .contains(
                        fork + "-p0-" + main + ".json",
                        fork + "-p0-" + main + "-enginecore.json",
                        fork + "-p0-" + main + "-vllmworker-0.json");
        Path combined = folder.resolve("combined.json");
        List<String> command = new ArrayList<>(
                List.of(RealVllm.home().resolve("bin/viztracer").toString(), "--combine", "-o", combined.toString()));
        traces.forEach(trace -> command.add(command.size() - 2, trace.toString()));
        Path said = folder.resolve("combine.txt");
        Process combine = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(combine.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(combine.exitValue()).as("%s", RealDyno.text(said)).isZero();
        Set<String> processes = processes(combined);
        for (String name : List.of("MainProcess", "EngineCore", "VllmWorker-0")) {
            assertThat(processes).anyMatch(process -> process.endsWith(" " + name));
        }
        assertThat(processes.stream()
                        .map(process -> process.substring(0, process.indexOf(' ')))
                        .distinct())
                .as("a process a trace: %s", processes)
                .hasSameSizeAs(traces);
        assertThat(names(combined)).anyMatch(name -> name.contains("vllm/v1/engine/core.py"));
    }

    private static void assertSecondaryResults(RealDyno dyno, int windows) throws IOException {
        assertThat(entries(dyno, true)).hasSize(2);
        for (JsonNode entry : entries(dyno, true)) {
            JsonNode metrics = entry.get("metrics");
            if (entry.at("/profile/profiler").asText().equals("torch")) {
                assertThat(metrics.at("/torch.cpu_time/score").asDouble()).isPositive();
                assertThat(metrics.at("/torch.gpu_time/reason").asText()).contains("nothing ran on a GPU");
            } else {
                assertThat(metrics.at("/viztracer.events/score").asDouble()).isPositive();
            }
        }
        assertThat(entries(dyno, false)).singleElement().satisfies(entry -> {
            assertThat(entry.at("/metrics").properties())
                    .as("nothing of an intrusive profiler")
                    .noneMatch(metric -> metric.getKey().matches("(torch|viztracer)\\..*"));
            assertThat(entry.at("/metrics/vllm.generation_tokens/score").asDouble())
                    .as("8 requests of 16 tokens a window; vLLM may count the last step after its answer")
                    .isBetween(112.0, 128.0);
            assertThat(entry.at("/metrics/vllm.prefill_time/score").asDouble())
                    .as("ms")
                    .isPositive();
        });
        assertThat(dyno.files())
                .filteredOn(file -> file.toString().endsWith(".log"))
                .isNotEmpty()
                .allSatisfy(log -> assertThat(log)
                        .content()
                        .as("no reading offers HTTP/2")
                        .doesNotContain("Unsupported upgrade request"));
        assertThat(profiles(dyno, "vllm"))
                .as("vLLM's counters as a time series, one a fork")
                .hasSize(Math.max(1, windows / 2))
                .allSatisfy(series -> assertThat(Files.readAllLines(series)).hasSizeGreaterThan(2));
    }

    private RealDyno start(String run, List<String> more, String... profilers) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("RateSweep"));
        arguments.addAll(more);
        for (String profiler : profilers) {
            arguments.addAll(List.of("-prof", profiler));
        }
        arguments.addAll(List.of("-p", "inputLen=64", "-p", "numPrompts=8"));
        return RealDyno.start(Files.createDirectory(folder.resolve(run)), arguments.toArray(String[]::new));
    }

    /** Without profilers; not beside the other one, which would take its processors. */
    private RealDyno startAfter(RealDyno other, List<String> more) throws IOException, InterruptedException {
        other.exit();
        return start("without", more);
    }

    /** What ran and was scored, or led to that: each window's benchmark, point, fork, kind and number. */
    private static Set<String> windows(RealDyno dyno) throws IOException {
        Set<String> windows = new TreeSet<>();
        for (String line : dyno.journal().lines().toList()) {
            JsonNode event = JSON.readTree(line);
            String kind = event.path("kind").asText();
            if (event.path("event").asText().equals("iteration")
                    && Set.of("warmup", "measurement").contains(kind)) {
                if (!event.hasNonNull("profiler")) {
                    windows.add(event.at("/point").asText() + " fork " + event.at("/fork") + " " + kind + " "
                            + event.at("/iteration"));
                }
            }
        }
        return windows;
    }

    /** Of each point and metric of Dyno's own, how many iterations its raw arrays have in each fork. */
    private static Map<String, List<Integer>> shapes(RealDyno dyno) throws IOException {
        Map<String, List<Integer>> shapes = new TreeMap<>();
        for (JsonNode entry : entries(dyno, false)) {
            for (Map.Entry<String, JsonNode> metric : entry.at("/metrics").properties()) {
                List<Integer> forks = new ArrayList<>();
                metric.getValue().at("/raw").forEach(fork -> forks.add(fork.size()));
                if (metric.getKey().indexOf('.') < 0) {
                    shapes.put(entry.at("/point").asText() + " " + metric.getKey(), forks);
                }
            }
        }
        return shapes;
    }

    private static List<Path> profiles(RealDyno dyno, String profiler) throws IOException {
        try (Stream<Path> files = Files.list(dyno.file("profiles"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(profiler + "-"))
                    .toList();
        }
    }

    private static Path profile(RealDyno dyno, String profiler, String ending) throws IOException {
        return profiles(dyno, profiler).stream()
                .filter(file -> ending(file).equals(ending))
                .findFirst()
                .orElseThrow();
    }

    /** The fork, and what follows the attempt in a profile's name. */
    private static String ending(Path profile) {
        return profile.getFileName().toString().replaceFirst("^\\w+-RateSweep-[0-9a-f]{12}-(f\\d)-a1-", "$1-");
    }

    private static JsonNode events(Path trace) throws IOException {
        try (InputStream file = Files.newInputStream(trace);
                InputStream text = trace.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
            return JSON.readTree(text).at("/traceEvents");
        }
    }

    /** The names of a trace's events. */
    private static Set<String> names(Path trace) throws IOException {
        Set<String> names = new TreeSet<>();
        events(trace).forEach(event -> names.add(event.at("/name").asText()));
        return names;
    }

    /** Ids and names of the processes that a trace tells of, as {@code 4711 VLLM::Worker}. */
    private static Set<String> processes(Path trace) throws IOException {
        Set<String> processes = new TreeSet<>();
        for (JsonNode event : events(trace)) {
            if (event.at("/name").asText().equals("process_name")) {
                processes.add(
                        event.at("/pid").asText() + " " + event.at("/args/name").asText());
            }
        }
        return processes;
    }

    private static List<JsonNode> entries(RealDyno dyno, boolean profiled) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        for (JsonNode entry : dyno.results().at("/benchmarks")) {
            if (entry.at("/profiled").asBoolean() == profiled) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
