package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.profilers.nvml.NvmlDevice.EccErrors;
import io.dyno.profilers.nvml.NvmlDevice.GpuProcess;
import io.dyno.profilers.nvml.NvmlDevice.MemoryUse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GpuDoubtsTest {
    private static final long GIB = 1L << 30;
    private static final long ENGINE = 100;
    private static final long STRANGER = 7;

    private static GuardReading reading(
            Set<ClockEventReason> reasons, EccErrors ecc, List<GpuProcess> processes, long usedBytes) {
        return new GuardReading(
                reasons,
                ecc,
                processes,
                new MemoryUse(80 * GIB, 80 * GIB - usedBytes, usedBytes, 0L),
                700_000,
                700_000,
                Map.of(),
                null);
    }

    private static final GuardReading IDLE =
            reading(Set.of(ClockEventReason.GPU_IDLE), new EccErrors(3, 0), List.of(), GIB / 100);

    private static GuardReading busy(ClockEventReason... reasons) {
        return reading(Set.of(reasons), new EccErrors(3, 0), List.of(new GpuProcess(ENGINE, 70 * GIB)), 70 * GIB);
    }

    private static GpuDoubts from(GuardReading before) {
        return new GpuDoubts(2, before, pid -> pid == STRANGER ? " (python3)" : "");
    }

    private static void observe(GpuDoubts doubts, GuardReading... readings) {
        for (GuardReading reading : readings) {
            doubts.observe(reading, pid -> pid == ENGINE, true);
        }
    }

    @Test
    void anEngineAloneOnAWellGpuLeavesNoDoubt() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, busy(), busy(ClockEventReason.APPLICATION_CLOCKS, ClockEventReason.RELIABILITY), busy());

        assertThat(doubts.drain()).isEmpty();
        assertThat(doubts.returned(IDLE)).isTrue();
    }

    @Test
    void throttlingIsToldWithItsCauseAndOnceOnly() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, busy(), busy(ClockEventReason.SW_THERMAL), busy(ClockEventReason.SW_THERMAL));
        observe(doubts, busy(ClockEventReason.SW_POWER_CAP));

        assertThat(doubts.drain())
                .isEqualTo(Map.of(
                        "gpu_throttled", "GPU 2 too hot (software slowdown) in 2 of 4 readings",
                        "gpu_power_capped", "GPU 2 at its power limit in 1 of 4 readings"));
        observe(doubts, busy());
        assertThat(doubts.drain()).as("the next window has its own readings").isEmpty();
    }

    @Test
    void aPowerLimitBelowTheUsualOneHoldsForEveryWindow() {
        GpuDoubts doubts = from(new GuardReading(Set.of(), null, List.of(), null, 400_000, 700_000, Map.of(), null));

        String text = "GPU 2 is limited to 400 W, below its 700 W";
        assertThat(doubts.drain()).containsEntry("gpu_power_limit", text);
        assertThat(doubts.drain()).containsEntry("gpu_power_limit", text);
    }

    @Test
    void memoryErrorsAreCountedFromTheLastReading() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, reading(Set.of(), new EccErrors(5, 0), List.of(), 0));
        observe(doubts, reading(Set.of(), new EccErrors(5, 1), List.of(), 0));

        assertThat(doubts.drain())
                .containsEntry("gpu_ecc_errors", "GPU 2 had 2 corrected and 1 uncorrected memory errors");
        assertThat(doubts.drain()).isEmpty();
    }

    @Test
    void aProcessThatIsNotTheEnginesIsNamed() {
        GpuDoubts doubts = from(IDLE);

        observe(
                doubts,
                reading(
                        Set.of(),
                        null,
                        List.of(new GpuProcess(ENGINE, 70 * GIB), new GpuProcess(STRANGER, 3 * GIB / 2)),
                        72 * GIB));

        assertThat(doubts.drain())
                .containsEntry("gpu_foreign_process", "GPU 2 is also used by process 7 (python3) with 1.5 GiB");
    }

    @Test
    void whereProcessIdsAreOfAnotherNamespaceOnlyThoseBeforeTheEngineAreStrangers() {
        GpuDoubts doubts = from(reading(Set.of(), null, List.of(new GpuProcess(STRANGER, null)), 0));

        doubts.observe(
                reading(Set.of(), null, List.of(new GpuProcess(4242, GIB), new GpuProcess(STRANGER, null)), 0),
                pid -> false,
                false);

        assertThat(doubts.drain()).containsEntry("gpu_foreign_process", "GPU 2 is also used by process 7 (python3)");
    }

    @Test
    void memoryInUseBeforeTheEngineAndMemoryThatItLeavesAreTold() {
        GpuDoubts doubts = from(reading(Set.of(), null, List.of(new GpuProcess(STRANGER, 5 * GIB)), 5 * GIB));

        assertThat(doubts.drain())
                .containsEntry(
                        "gpu_memory_not_free",
                        "GPU 2 had 5.0 GiB in use before the engine started, with process 7 (python3) with 5.0 GiB");
        GuardReading after = reading(Set.of(), null, List.of(), 8 * GIB);
        assertThat(doubts.returned(after)).isFalse();
        assertThat(doubts.notReturned(after)).isEqualTo("GPU 2 has 3.0 GiB more in use than before the engine started");
        assertThat(doubts.returned(reading(Set.of(), null, List.of(), 6 * GIB)))
                .as("within 2 % of the GPU's memory")
                .isTrue();
    }

    @Test
    void aLostGpuIsADoubtInNvmlsWordsAndNoOther() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, busy(), GuardReading.lost("nvmlDeviceGetName: GPU is lost (NVML error 15)"));

        assertThat(doubts.drain())
                .isEqualTo(Map.of("gpu_lost", "GPU 2: nvmlDeviceGetName: GPU is lost (NVML error 15)"));
    }

    @Test
    void aGpuThatWasLostBeforeTheEngineStartedIsDoubtedInEveryWindow() {
        GuardReading gone = GuardReading.lost("nvmlDeviceGetName: GPU is lost (NVML error 15)");
        GpuDoubts doubts = from(gone);

        observe(doubts, gone);
        assertThat(doubts.drain()).containsOnlyKeys("gpu_lost");
        observe(doubts, gone);
        assertThat(doubts.drain()).containsOnlyKeys("gpu_lost");
        assertThat(doubts.atTheEnd(gone)).as("told before").isEmpty();
    }

    @Test
    void memoryErrorsAreCountedOverAReadingThatDidNotTellThem() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, reading(Set.of(), null, List.of(), 0), reading(Set.of(), new EccErrors(9, 0), List.of(), 0));

        assertThat(doubts.drain())
                .containsEntry("gpu_ecc_errors", "GPU 2 had 6 corrected and 0 uncorrected memory errors");
    }

    @Test
    void whatCameUpAfterTheLastWindowIsToldAtTheEnd() {
        GpuDoubts doubts = from(IDLE);
        observe(doubts, busy());
        assertThat(doubts.drain()).isEmpty();

        observe(doubts, reading(Set.of(), new EccErrors(4, 0), List.of(), 0));
        assertThat(doubts.atTheEnd(reading(Set.of(), new EccErrors(4, 2), List.of(), 0)))
                .isEqualTo(Map.of("gpu_ecc_errors", "GPU 2 had 1 corrected and 2 uncorrected memory errors"));
        assertThat(doubts.atTheEnd(GuardReading.lost("GPU is lost"))).containsEntry("gpu_lost", "GPU 2: GPU is lost");
    }

    @Test
    void aHardwareSlowdownCountsWhenItLastsOrHasACause() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, busy(ClockEventReason.HW_SLOWDOWN), busy());
        assertThat(doubts.drain())
                .as("it comes with changes of the performance state too")
                .isEmpty();

        observe(doubts, busy(ClockEventReason.HW_SLOWDOWN), busy(ClockEventReason.HW_SLOWDOWN));
        assertThat(doubts.drain()).isEqualTo(Map.of("gpu_throttled", "GPU 2 hardware slowdown in 2 of 2 readings"));

        observe(doubts, busy(ClockEventReason.HW_SLOWDOWN, ClockEventReason.HW_POWER_BRAKE), busy());
        assertThat(doubts.drain())
                .isEqualTo(Map.of(
                        "gpu_throttled",
                        "GPU 2 hardware slowdown in 1 of 2 readings, braked by the power supply in 1 of 2 readings"));
    }

    private static GuardReading without(String about) {
        return new GuardReading(
                Set.of(),
                null,
                List.of(),
                null,
                null,
                null,
                Map.of(about, "nvmlX: Unknown Error (NVML error 999)"),
                null);
    }

    @Test
    void whatNoReadingOfAWindowKnewIsNotPassedOver() {
        GpuDoubts doubts = from(IDLE);

        observe(doubts, without(GuardReading.ERRORS), busy());
        assertThat(doubts.drain()).as("one reading of two knew").isEmpty();

        observe(doubts, without(GuardReading.ERRORS), without(GuardReading.ERRORS));
        assertThat(doubts.drain())
                .isEqualTo(Map.of(
                        "gpu_unwatched",
                        "GPU 2 did not tell its memory errors (nvmlX: Unknown Error (NVML error 999))"));
        observe(doubts, busy());
        assertThat(doubts.drain()).isEmpty();
    }

    @Test
    void whatTheReadingBeforeTheStartDidNotKnowHoldsForEveryWindow() {
        GpuDoubts doubts = from(without(GuardReading.MEMORY));

        observe(doubts, busy());
        assertThat(doubts.drain())
                .isEqualTo(
                        Map.of(
                                "gpu_unwatched",
                                "GPU 2 did not tell its memory before the engine started (nvmlX: Unknown Error (NVML error 999))"));
    }

    @Test
    void whatADriverDoesNotTellIsNotDoubted() {
        GuardReading nothing = GuardReading.NOTHING;
        GpuDoubts doubts = from(nothing);

        observe(doubts, nothing, nothing);

        assertThat(doubts.drain()).isEmpty();
        assertThat(doubts.returned(nothing)).isTrue();
    }
}
