package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuUse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard over a fake driver. What becomes of doubts in a run stands in the harness's tests and in GpuRunNvmlIT. */
@OnFakeNvml
@SuppressWarnings("try") // a fake driver is there by being open
class GuardNvmlIT {
    private static final long OURS = ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    @Test
    void doubtsOfAllGpusComeUnderOneCode() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2");
                Nvml nvml = Nvml.open()) {
            NvmlGuard guard = NvmlGuard.watch(EngineGpu.of(nvml, new GpuUse(null, 2)));
            guard.look();
            assertThat(guard.doubts()).isEmpty();

            fake.configure(
                    "gpus=2",
                    "gpu.reasons=0x40",
                    "gpu0.ecc.corrected=2",
                    "gpu0.processes=" + OURS + ":1024,999999999:2147483648");
            guard.look();

            assertThat(guard.doubts())
                    .containsExactlyInAnyOrder(
                            "gpu_throttled: GPU 0 too hot (hardware slowdown) in 1 of 1 readings;"
                                    + " GPU 1 too hot (hardware slowdown) in 1 of 1 readings",
                            "gpu_ecc_errors: GPU 0 had 2 corrected and 0 uncorrected memory errors",
                            "gpu_foreign_process: GPU 0 is also used by process 999999999 with 2.0 GiB");
            guard.close();
        }
    }

    @Test
    void memoryThatDoesNotComeBackIsToldAfterTheEnginesEnd() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.memory.used=0")) {
            try (GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse(null, 1))) {
                fake.configure("gpu.memory.used=64424509440");
                assertThat(guard.engineStopped())
                        .isEqualTo(
                                List.of(
                                        "gpu_memory_not_returned: GPU 0 has 60.0 GiB more in use than before the engine started"));
            }
        }
    }
}
