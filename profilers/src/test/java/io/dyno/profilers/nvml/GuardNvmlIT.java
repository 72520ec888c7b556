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
    /** The highest number that a process may have; hardly one has it. */
    private static final long STRANGER = (1 << 22) - 1;

    private static final long OURS = ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    @Test
    void doubtsOfAllGpusComeUnderOneCode() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2");
                Nvml nvml = Nvml.open()) {
            NvmlGuard guard = NvmlGuard.watch(MachineGpus.of(nvml).usedBy(nvml, new GpuUse(null, 2)), null);
            assertThat(guard.doubts()).isEmpty();

            fake.configure(
                    "gpus=2",
                    "gpu.reasons=0x40",
                    "gpu0.ecc.corrected=2",
                    "gpu0.processes=" + OURS + ":1024," + STRANGER + ":2147483648");

            assertThat(guard.doubts())
                    .containsExactlyInAnyOrder(
                            "gpu_throttled: GPU 0 too hot (hardware slowdown) in 1 of 1 readings;"
                                    + " GPU 1 too hot (hardware slowdown) in 1 of 1 readings",
                            "gpu_ecc_errors: GPU 0 had 2 corrected and 0 uncorrected memory errors",
                            "gpu_foreign_process: GPU 0 is also used by process " + STRANGER + " with 2.0 GiB");
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

    @Test
    void aQuestionThatFailsCostsNoOtherItsAnswerAndIsNotPassedOver() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder, "gpu.error=nvmlDeviceGetTotalEccErrors:999", "gpu.reasons=0x40", "gpu.limit=400000");
                GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse(null, 1))) {
            assertThat(guard.doubts())
                    .containsExactlyInAnyOrder(
                            "gpu_power_limit: GPU 0 is limited to 400 W, below its 700 W",
                            "gpu_throttled: GPU 0 too hot (hardware slowdown) in 1 of 1 readings",
                            "gpu_unwatched: GPU 0 did not tell its memory errors"
                                    + " (nvmlDeviceGetTotalEccErrors: Unknown Error (NVML error 999))");
        }
    }

    @Test
    void gpusOfTheEngineThatCannotBeWatchedAreToldAndTheOthersAreWatched() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder, "gpus=2", "gpu0.error=nvmlDeviceGetHandleByIndex_v2:999", "gpu1.reasons=0x40");
                GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse(null, 2))) {
            assertThat(guard.doubts())
                    .containsExactlyInAnyOrder(
                            "gpu_throttled: GPU 0 too hot (hardware slowdown) in 1 of 1 readings",
                            "gpu_unwatched: not all of the engine's GPUs are known: NVML's GPU 0:"
                                    + " nvmlDeviceGetHandleByIndex_v2: Unknown Error (NVML error 999)");
        }
    }

    @Test
    void aGpuThatWasLostIsMissedByTheNextEngineToo() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2")) {
            NvmlGpuProbe probe = new NvmlGpuProbe();
            try (GpuGuard first = probe.guard(new GpuUse(null, 2))) {
                assertThat(first.doubts()).isEmpty();
            }
            fake.configure("gpus=2", "gpu0.lost.after=0");
            try (GpuGuard next = probe.guard(new GpuUse(null, 2))) {
                assertThat(next.doubts())
                        .singleElement()
                        .asString()
                        .startsWith("gpu_lost: GPU 0: ")
                        .contains("GPU is lost (NVML error 15)");
            }
        }
    }

    @Test
    void aNeighbourInAnotherSliceOfTheGpuIsNoForeigner() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder,
                        "gpu.mig=1",
                        "gpu.mig.uuid=MIG-7777",
                        "gpu.processes=" + OURS + ":1024," + STRANGER + ":42949672960",
                        "gpu.memory.used=42949672960",
                        "gpu.mig.processes=" + OURS + ":1024",
                        "gpu.mig.memory.used=1024");
                GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse("MIG-7777", 1))) {
            assertThat(guard.doubts()).isEmpty();
        }
    }

    @Test
    void memoryErrorsAfterTheLastWindowAreToldOfTheFork() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.ecc.corrected=1");
                GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse(null, 1))) {
            assertThat(guard.doubts()).isEmpty();
            fake.configure("gpu.ecc.corrected=4");
            assertThat(guard.engineStopped())
                    .containsExactly("gpu_ecc_errors: GPU 0 had 3 corrected and 0 uncorrected memory errors");
        }
    }

    @Test
    void aDriverThatHangsIsNotTakenForAWellGpu() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder);
                GpuGuard guard = new NvmlGpuProbe().guard(new GpuUse(null, 1))) {
            fake.configure("gpu.delay=1000");
            assertThat(guard.doubts())
                    .containsExactly("gpu_unwatched: the GPUs could not be looked at: NVML has not answered for 2 s");
        }
    }
}
