package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.GpuProbe.Gpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class SystemGpuProbeTest {
    private static final String LISTING = """
            GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-aaaa0000-1)
              MIG 1g.10gb     Device  0: (UUID: MIG-99)
            GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-bbbb1111-2)
            GPU 2: NVIDIA L4 (UUID: GPU-cccc2222-3)
            """;

    @TempDir
    Path folder;

    @Test
    void nvidiaSmisListBecomesGpus() {
        assertThat(SystemGpuProbe.parse(LISTING)).hasSize(3).contains(new Gpu(2, "GPU-cccc2222-3", "NVIDIA L4", null));
    }

    @Test
    void aMachineWithoutDevicesAndWithoutNvidiaSmiHasNone() throws IOException {
        Files.createFile(folder.resolve("nvidiactl"));

        assertThat(new SystemGpuProbe(folder, Optional.empty(), null, List.of()).gpus())
                .isEmpty();
    }

    @Test
    void deviceFilesCountWhereNvidiaSmiDoesNotAnswer() throws IOException {
        for (String file : List.of("nvidia10", "nvidia0", "nvidiactl", "nvidia-uvm")) {
            Files.createFile(folder.resolve(file));
        }
        Path broken = script("exit 9");

        assertThat(new SystemGpuProbe(folder, Optional.of(broken), null, List.of()).gpus())
                .as("numbered as CUDA does: by their order")
                .containsExactly(new Gpu(0, null, null, null), new Gpu(1, null, null, null));
    }

    @Test
    void aContainerThatWasGivenOneGpuHasItAsGpu0() throws IOException {
        Files.createFile(folder.resolve("nvidia3"));

        assertThat(new SystemGpuProbe(folder, Optional.empty(), "0", List.of()).gpus())
                .containsExactly(new Gpu(0, null, null, null));
        assertThat(SystemGpuProbe.parse("GPU 3: NVIDIA L4 (UUID: GPU-1)"))
                .as("the others may not be opened")
                .containsExactly(new Gpu(0, "GPU-1", "NVIDIA L4", null));
    }

    @Test
    void nobodyWatchesTheseGpusAndThatMakesWindowsSuspect() throws IOException {
        SystemGpuProbe none = new SystemGpuProbe(folder, Optional.empty(), null, List.of("no driver"));
        assertThat(none.unwatched()).isEmpty();
        assertThat(none.guard(new GpuUse(null, 1)).doubts()).isEmpty();

        Files.createFile(folder.resolve("nvidia0"));
        SystemGpuProbe one = new SystemGpuProbe(folder, Optional.empty(), null, List.of("no NVML"));
        assertThat(one.unwatched()).containsExactly("no NVML");
        assertThat(one.guard(new GpuUse(null, 1)).doubts()).containsExactly("gpu_unwatched: no NVML");
        assertThat(one.guard(new GpuUse("-1", 1)).doubts()).as("it uses none").isEmpty();
    }

    @Test
    void nvidiaSmiIsAsked() throws IOException {
        Path smi = script("[ \"$1\" = -L ] && echo 'GPU 0: NVIDIA L4 (UUID: GPU-1)'");

        assertThat(new SystemGpuProbe(folder, Optional.of(smi), null, List.of()).gpus())
                .containsExactly(new Gpu(0, "GPU-1", "NVIDIA L4", null));
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
