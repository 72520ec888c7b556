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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Profilers on the real vLLM: one class, online and offline, and what they leave opens as a trace with the processes that it should have. */
@Timeout(value = 9, unit = TimeUnit.MINUTES)
class ProfilersRealIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void torchLeavesATraceARankAndItsTopOperatorsOnlineAndOffline() throws Exception {
        try (RealDyno dyno = start("serve,throughput", "torch:rows=5", "vllm")) {
            dyno.measured();

            assertThat(profiles(dyno, "torch"))
                    .extracting(ProfilersRealIT::ending)
                    .as("online the server's own process beside the rank; offline the rank: %s", dyno.console())
                    .containsExactlyInAnyOrder(
                            "p0-frontend.pt.trace.json.gz",
                            "p0-rank0.pt.trace.json.gz",
                            "p0-rank0.profiler_out.txt",
                            "p0-operators.txt",
                            "p0-rank0.profiler_out.txt",
                            "p0-rank0.pt.trace.json.gz",
                            "p0-operators.txt");
            for (Path trace : profiles(dyno, "torch")) {
                if (ending(trace).equals("p0-rank0.pt.trace.json.gz")) {
                    assertThat(names(trace))
                            .as("what the model is made of")
                            .contains("vllm::unified_attention_with_output", "aten::copy_");
                } else if (ending(trace).contains("operators")) {
                    assertThat(trace).content().contains("rank0: ").contains("aten::");
                }
            }
            assertScoredEntriesAreAsWithoutIt(dyno, 2);
            assertThat(profiled(dyno)).hasSize(2).allSatisfy(entry -> {
                assertThat(entry.at("/metrics/torch.cpu_time/score").asDouble()).isPositive();
                assertThat(entry.at("/metrics/torch.gpu_time/reason").asText()).contains("nothing ran on a GPU");
            });
            assertThat(profiles(dyno, "vllm"))
                    .as("vLLM's counters as a time series, one a point")
                    .hasSize(2)
                    .allSatisfy(series -> assertThat(Files.readAllLines(series)).hasSizeGreaterThan(2));
            assertThat(entries(dyno, false)).allSatisfy(entry -> {
                assertThat(entry.at("/metrics/vllm.generation_tokens/score").asDouble())
                        .as("8 requests of 16 tokens in the one window; vLLM may count the last step after its answer")
                        .isBetween(112.0, 128.0);
                assertThat(entry.at("/metrics/vllm.prefill_time/score").asDouble())
                        .as("ms")
                        .isPositive();
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"serve, server", "throughput, rank0"})
    void vizTracerLeavesATraceAProcess(String bench, String main) throws Exception {
        try (RealDyno dyno = start(bench, "viztracer:entries=200000")) {
            dyno.measured();

            assertThat(profiles(dyno, "viztracer"))
                    .extracting(ProfilersRealIT::ending)
                    .as("all processes that run vLLM: %s", dyno.console())
                    .contains("p0-" + main + ".json", "p0-" + main + "-enginecore.json");
            for (Path trace : profiles(dyno, "viztracer")) {
                Set<String> names = names(trace);
                assertThat(names).as("%s", trace).contains("process_name");
                if (ending(trace).endsWith("enginecore.json")) {
                    assertThat(names).as("%s", trace).anyMatch(name -> name.contains("vllm/v1/engine/core.py"));
                } else if (ending(trace).equals("p0-rank0.json")) {
                    assertThat(names).anyMatch(name -> name.startsWith("LLM."));
                }
            }
            assertScoredEntriesAreAsWithoutIt(dyno, 1);
            assertThat(profiled(dyno)).singleElement().satisfies(entry -> assertThat(
                            entry.at("/metrics/viztracer.events/score").asDouble())
                    .isPositive());
        }
    }

    private RealDyno start(String benches, String... profilers) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("RateSweep", "-bm", benches, "-i", "1"));
        for (String profiler : profilers) {
            arguments.addAll(List.of("-prof", profiler));
        }
        arguments.addAll(List.of("-p", "inputLen=64", "-p", "numPrompts=8"));
        if (benches.contains("serve")) {
            arguments.addAll(List.of("-p", "requestRate=4", "-p", "drained=true"));
        }
        return RealDyno.start(folder, arguments.toArray(String[]::new));
    }

    private static List<Path> profiles(RealDyno dyno, String profiler) throws IOException {
        try (Stream<Path> files = Files.list(dyno.file("profiles"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(profiler + "-"))
                    .toList();
        }
    }

    /** What follows the point, the fork and the attempt in a profile's name. */
    private static String ending(Path profile) {
        return profile.getFileName().toString().replaceFirst("^\\w+-RateSweep-[0-9a-f]{12}-f\\d-a1-", "");
    }

    /** The names of a trace's events. */
    private static Set<String> names(Path trace) throws IOException {
        try (InputStream file = Files.newInputStream(trace);
                InputStream text = trace.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
            Set<String> names = new TreeSet<>();
            for (JsonNode event : JSON.readTree(text).at("/traceEvents")) {
                names.add(event.at("/name").asText());
            }
            return names;
        }
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

    private static List<JsonNode> profiled(RealDyno dyno) throws IOException {
        return entries(dyno, true);
    }

    /** One fork of one iteration each, and nothing of the profiler's. */
    private static void assertScoredEntriesAreAsWithoutIt(RealDyno dyno, int points) throws IOException {
        assertThat(entries(dyno, false)).hasSize(points).allSatisfy(entry -> {
            assertThat(entry.at("/metrics/output_throughput/raw")).hasSize(1);
            assertThat(entry.at("/metrics/output_throughput/raw/0")).hasSize(1);
            assertThat(entry.at("/metrics").properties())
                    .noneMatch(metric -> metric.getKey().matches("(torch|viztracer)\\..*"));
        });
    }
}
