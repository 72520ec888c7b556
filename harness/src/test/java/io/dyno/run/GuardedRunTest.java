package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.SimMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The guard of the GPUs around an engine that counts as real: a {@code vllm} that is a script and serves by the simulator. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class GuardedRunTest {
    private static final String THROTTLED = "gpu_throttled: GPU 0 too hot in 3 of 4 readings";
    private static final String NOT_RETURNED = "gpu_memory_not_returned: GPU 0 has 3.0 GiB more in use";

    @TempDir
    private Path folder;

    private Path vllm;

    @BeforeEach
    void writeTheScript() throws IOException {
        vllm = folder.resolve("vllm");
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx256m -cp '"
                + System.getProperty("java.class.path").replace("'", "'\\''") + File.pathSeparator + "' ";
        Files.writeString(vllm, "#!/bin/sh\nexec " + java + SimMain.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(vllm, PosixFilePermissions.fromString("rwx------"));
        TestGpuProbe.CALLS.clear();
        TestGpuProbe.usable = true;
    }

    @AfterEach
    void putThemAway() {
        TestGpuProbe.usable = false;
        TestGpuProbe.duringWindows = List.of();
        TestGpuProbe.afterTheEngine = List.of();
        TestGpuProbe.beforeTheLoad = List.of();
        TestGpuProbe.unwatched = List.of();
    }

    private Session run(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("Chat", "-vllm", vllm.toString(), "-f", "1", "-w", "200ms", "-i", "1", "-r", "500ms"));
        arguments.addAll(List.of(more));
        return Session.call(folder.resolve("results"), arguments);
    }

    @Test
    void withoutADoubtNothingIsSaidAndRunJsonKnowsTheGpus() {
        Session run = run("-p", "env=[\"CUDA_VISIBLE_DEVICES=1\"]").exits(ExitCode.OK);

        assertThat(TestGpuProbe.CALLS)
                .as("from before the engine's start until after its end, with the GPUs that the engine sees")
                .containsExactly("guard GpuUse[visibleDevices=1, count=1]", "engineReady", "engineStopped", "close");
        assertThat(run.point().get("suspects")).extracting(JsonNode::asText).noneMatch(s -> s.startsWith("gpu_"));
        JsonNode json = run.json("run.json");
        assertThat(json.at("/gpuDriver/driver").asText()).isEqualTo("1.2.3");
        assertThat(json.at("/gpus/1/uuid").asText()).isEqualTo("GPU-2");
        assertThat(json.at("/gpus/1/powerLimitWatts").asDouble()).isEqualTo(700);
        assertThat(json.at("/gpus/1/migMode").isBoolean()).isTrue();
    }

    @Test
    void aDoubtMarksItsWindowAndWithStrictFailsTheRun() {
        TestGpuProbe.duringWindows = List.of(THROTTLED);

        Session run = run().exits(ExitCode.OK);
        assertThat(run.point().get("suspects"))
                .extracting(JsonNode::asText)
                .contains("gpu_throttled: 1 of 1 windows, such as: GPU 0 too hot in 3 of 4 readings");

        Session strict = run("-strict").exits(ExitCode.FAILED);
        assertThat(strict.lastLine()).startsWith("dyno: exit 1 (").contains("suspect");
    }

    @Test
    void whatOnlyTheEnginesEndShowsMarksThePoint() {
        TestGpuProbe.afterTheEngine = List.of(NOT_RETURNED);

        Session run = run("-strict").exits(ExitCode.FAILED);

        assertThat(run.point().get("suspects")).extracting(JsonNode::asText).contains(NOT_RETURNED);
    }

    @Test
    void memoryErrorsBeforeAWindowCountWithIt() {
        TestGpuProbe.beforeTheLoad = List.of("gpu_ecc_errors: GPU 0 had 2 corrected memory errors", THROTTLED);

        Session run = run("-wi", "0").exits(ExitCode.OK);

        assertThat(run.point().get("suspects"))
                .extracting(JsonNode::asText)
                .contains(
                        "gpu_ecc_errors: 1 of 1 windows, such as: GPU 0 had 2 corrected memory errors before the window")
                .noneMatch(suspect -> suspect.startsWith("gpu_throttled"));
    }

    @Test
    void gpusThatNobodyWatchesAreToldBeforeAnyNumberAndInRunJson() {
        TestGpuProbe.unwatched = List.of("NVML's GPU 2: Unknown Error");

        Session run = run().exits(ExitCode.OK);

        assertThat(run.out()).contains("GPU      not watched: NVML's GPU 2: Unknown Error");
        assertThat(run.json("run.json").at("/gpusNotWatched/0").asText()).isEqualTo("NVML's GPU 2: Unknown Error");
    }

    @Test
    void aStartThatFailsHasItsGpusLookedAtAndSaysWhatIsLeftThere() {
        TestGpuProbe.afterTheEngine = List.of(NOT_RETURNED);

        Session run = run("-bm", "startup").exits(ExitCode.NO_ENGINE); // a shell is no Python: the worker ends at once

        assertThat(TestGpuProbe.CALLS).containsSubsequence("engineStopped", "close");
        assertThat(run.out()).contains("note: " + NOT_RETURNED);
    }

    @Test
    void eachStartOfStartupIsDoubtedForTheMemoryThatItLeft() throws IOException {
        TestGpuProbe.afterTheEngine = List.of(NOT_RETURNED);
        writePythonBesideTheScript();

        Session run = run("-bm", "startup").exits(ExitCode.OK);

        assertThat(TestGpuProbe.CALLS)
                .filteredOn(call -> call.equals("engineStopped"))
                .as("a cold start and a warm one")
                .hasSize(2);
        assertThat(run.point().get("suspects"))
                .extracting(JsonNode::asText)
                .anyMatch(suspect -> suspect.startsWith("gpu_memory_not_returned: 1 of 1 windows"));
    }

    /** Takes the place of the Python that runs Dyno's worker: the simulator's. */
    private void writePythonBesideTheScript() throws IOException {
        String java = Files.readString(vllm).lines().skip(1).findFirst().orElseThrow();
        Files.writeString(vllm, "#!/usr/bin/env sh\n" + java + "\n");
        Path python = vllm.resolveSibling("python3");
        Files.writeString(
                python,
                "#!/bin/sh\nwhile [ \"${1%.py}\" = \"$1\" ]; do shift; done; shift\n"
                        + java.replace("\"$@\"", "worker \"$@\"") + "\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aSimulatedEngineHasNoGuard() {
        TestGpuProbe.duringWindows = List.of(THROTTLED);

        Session simulated = Session.run(folder.resolve("simulated"), "Chat").exits(ExitCode.OK);

        assertThat(TestGpuProbe.CALLS).isEmpty();
        assertThat(simulated.point().get("suspects"))
                .extracting(JsonNode::asText)
                .doesNotContain(THROTTLED);
    }
}
