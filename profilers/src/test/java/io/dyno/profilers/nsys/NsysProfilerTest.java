package io.dyno.profilers.nsys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import io.dyno.profile.Profiler;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.ProfilerResult;
import io.dyno.profilers.EngineOfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the reports that nsys left. Its statistics are those of a script; recordings hold what becomes of them. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class NsysProfilerTest {
    private static final String GOOD = "good";
    private static final String BROKEN = "broken";
    private static final String EMPTY = "empty";

    private static final String SCRIPT = """
            #!/bin/bash
            while (($#)); do
              case $1 in --output) base=$2; shift ;; esac
              last=$1; shift
            done
            echo database >"${last%.*}.sqlite"
            case $(cat "$last") in
              broken) echo "ERROR: broken report"; exit 3 ;;
              empty) echo "SKIPPED: $last does not contain CUDA kernel data." ;;
              good) printf 'Total Time (ns),Instances,Name\\n2000000,4,gemm\\n' >"${base}_cuda_gpu_kern_sum.csv" ;;
            esac
            """;

    @TempDir
    Path folder;

    private Path profiles;
    private Profiler profiler;

    @BeforeEach
    void createProfiler() throws IOException {
        profiles = Files.createDirectory(folder.resolve("profiles"));
        Path program = Files.writeString(folder.resolve("nsys"), SCRIPT);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Nsys nsys = new Nsys(program, 2025, "--capture-range-end=");
        profiler = new NsysProfiler(nsys, 1, "cuda", 20, Duration.ofSeconds(30), List.of());
    }

    @Test
    void eachIterationOfEachPointHasItsRecordingAndItsNumbers() throws Exception {
        PointContext one = point("111111111111");
        PointContext two = point("222222222222");
        profiled(new EngineOfTest(), one, one, two);
        left(".1.nsys-rep", GOOD);
        left(".2.nsys-rep", EMPTY);
        left(".3.nsys-rep", GOOD);

        assertThat(profiler.engineStopped()).containsExactlyInAnyOrderElementsOf(filesThatAreThere());

        assertThat(filesThatAreThere())
                .extracting(file -> file.getFileName().toString())
                .as("and no database")
                .containsExactlyInAnyOrder(
                        "nsys-Chat-111111111111-f1-a1-p0.nsys-rep",
                        "nsys-Chat-111111111111-f1-a1-p0.txt",
                        "nsys-Chat-111111111111-f1-a1-p0_cuda_gpu_kern_sum.csv",
                        "nsys-Chat-111111111111-f1-a1-p1.nsys-rep",
                        "nsys-Chat-111111111111-f1-a1-p1.txt",
                        "nsys-Chat-222222222222-f1-a1-p0.nsys-rep",
                        "nsys-Chat-222222222222-f1-a1-p0.txt",
                        "nsys-Chat-222222222222-f1-a1-p0_cuda_gpu_kern_sum.csv");
        Map<PointContext, List<ProfilerResult>> results = profiler.collected();
        assertThat(told(results.get(one)))
                .contains("0 nsys.kernel_time 2.0 null", "1 nsys.kernel_time null the recording holds no kernel");
        assertThat(told(results.get(two))).contains("0 nsys.kernel_time 2.0 null");
    }

    @Test
    void statisticsThatFailCostOneRangeItsNumbersAndNoneItsRecording() throws Exception {
        PointContext one = point("111111111111");
        PointContext two = point("222222222222");
        profiled(new EngineOfTest(), one, two);
        left(".1.nsys-rep", BROKEN);
        left(".2.nsys-rep", GOOD);

        assertThat(profiler.engineStopped())
                .containsExactlyInAnyOrderElementsOf(filesThatAreThere())
                .hasSize(4);

        assertThat(told(profiler.collected().get(one)))
                .hasSize(4)
                .allMatch(line -> line.endsWith(": ERROR: broken report"));
        assertThat(told(profiler.collected().get(two))).contains("0 nsys.kernel_time 2.0 null");
    }

    @Test
    void statisticsThatAllFailAreTheProfilersFailureAndItsRecordingsAreListed() throws Exception {
        profiled(new EngineOfTest(), point("111111111111"));
        left(".1.nsys-rep", BROKEN);

        assertThat(profiler.engineStopped())
                .containsExactly(profiles.resolve("nsys-Chat-111111111111-f1-a1-p0.nsys-rep"));
        assertThatThrownBy(profiler::collected).hasMessageContaining("ended with 3: ERROR: broken report");
    }

    @Test
    void reportsThatCannotBeAssignedAreKeptAndListed() throws Exception {
        profiled(new EngineOfTest(), point("111111111111"), point("222222222222"));
        Path merged = left(".1.nsys-rep", GOOD);

        assertThat(profiler.engineStopped()).containsExactly(merged);
        assertThatThrownBy(profiler::collected)
                .hasMessageStartingWith(
                        "nsys left 1 reports of 2 profiled iterations, so that it is not known which is whose")
                .hasMessageEndingWith("; what it said is in engine.log");
    }

    @Test
    void reportsOfAnotherStartAreAnothers() throws Exception {
        profiled(new EngineOfTest(), point("111111111111"));
        left(".1.nsys-rep", GOOD);
        Path other = Files.writeString(profiles.resolve("nsys-Chat-cccccccccccc-f1-a11.1.nsys-rep"), GOOD);

        assertThat(profiler.engineStopped()).isNotEmpty().doesNotContain(other);
        assertThat(profiler.collected()).isNotEmpty();
    }

    @Test
    void anOldVersionsOneReportIsFound() throws Exception {
        profiled(new EngineOfTest(), point("111111111111"));
        left(".qdrep", GOOD);

        assertThat(profiler.engineStopped()).contains(profiles.resolve("nsys-Chat-111111111111-f1-a1-p0.qdrep"));
    }

    @Test
    void whatNsysHadNotFinishedIsLeftAlone() throws Exception {
        String unfinished = "nsys, pid 7, has not ended 1800 s after it was asked to, and still writes /x";
        profiled(new EngineOfTest(null, () -> {}, Optional.of(unfinished)), point("111111111111"));
        Path stump = left(".1.nsys-rep", GOOD);

        assertThatThrownBy(profiler::engineStopped)
                .hasMessageStartingWith(unfinished)
                .hasMessageContaining("QdstrmImporter")
                .hasMessageContaining("-prof \"nsys:wait=60\"");
        assertThat(filesThatAreThere()).containsExactly(stump);
    }

    private void profiled(EngineHandle engine, PointContext... points) throws Exception {
        profiler.engineStarting(context(), new GpuUse(null, 1));
        profiler.engineReady(engine);
        for (int i = 0; i < points.length; i++) {
            int iteration = i > 0 && points[i].equals(points[i - 1]) ? 1 : 0;
            profiler.start(new Profiler.ProfiledIteration(points[i], engine, iteration));
            profiler.stop();
        }
    }

    private EngineContext context() {
        EngineConfiguration configuration = new EngineConfiguration(
                "cccccccccccc",
                "com.acme.Chat",
                EngineConfiguration.Kind.SERVER,
                Map.of(),
                null,
                new Topology(1, 1, 1, 1, 1, 1),
                1,
                0,
                List.of());
        return new EngineContext("com.acme.Chat", configuration, 1, 1, profiles);
    }

    private PointContext point(String id) {
        return new PointContext("com.acme.Chat", id, 1, 1, profiles);
    }

    private Path left(String end, String content) throws IOException {
        return Files.writeString(profiles.resolve("nsys-Chat-cccccccccccc-f1-a1" + end), content);
    }

    private List<Path> filesThatAreThere() throws IOException {
        try (Stream<Path> files = Files.list(profiles)) {
            return files.toList();
        }
    }

    private static List<String> told(List<ProfilerResult> results) {
        return results.stream()
                .map(result ->
                        result.iteration() + " " + result.value().metric().name() + " "
                                + result.value().score() + " " + result.value().reason())
                .toList();
    }
}
