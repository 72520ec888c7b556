package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.dyno.engine.GpuUse;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler.PointContext;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profiler over a fake driver whose power is a known function of time. */
@OnFakeNvml
@SuppressWarnings("try") // a fake driver is there by being open
class ProfilerNvmlIT {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path folder;

    private final NvmlProfiler profiler = new NvmlProfiler(Duration.ofMillis(100), Duration.ofMillis(300));

    /** Two seconds by the clock, with 200 tokens and 4 requests; gives back when the window really began and ended. */
    private long[] twoSeconds(int iteration) throws InterruptedException {
        return window(profiler, iteration, 2_000, 0);
    }

    private static void pass(long millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS))
                .as("nobody counts it down")
                .isFalse();
    }

    private static long[] window(NvmlProfiler profiler, int iteration, long millis, long toldAfterMillis)
            throws InterruptedException {
        long begin = System.nanoTime();
        profiler.loadStarted(begin - 7 * SECOND);
        pass(toldAfterMillis);
        profiler.windowStarted(Window.Kind.MEASUREMENT, iteration);
        pass(millis - toldAfterMillis);
        long end = System.nanoTime();
        Window window = new Window(
                Window.Kind.MEASUREMENT, iteration, "" + iteration, 7 * SECOND, 7 * SECOND + end - begin, false);
        pass(toldAfterMillis);
        profiler.windowEnded(window);
        double seconds = window.seconds();
        profiler.windowComplete(
                WindowResult.isolated(
                        window,
                        Validity.OK,
                        List.of(
                                MetricValue.of(MetricNames.OUTPUT_THROUGHPUT, 200 / seconds),
                                MetricValue.of(MetricNames.REQUEST_THROUGHPUT, 4 / seconds))),
                seconds);
        return new long[] {begin, end};
    }

    private static Map<String, MetricValue> byName(List<ProfilerResult> results) {
        return results.stream()
                .map(ProfilerResult::value)
                .collect(Collectors.toMap(value -> value.metric().name(), Function.identity()));
    }

    @Test
    void aTwoSecondWindowHasItsJoulesWithinOnePercentAndIdlePowerApart() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2", "gpu.power=80000")) {
            profiler.engineStarting(null, new GpuUse(null, 2));
            fake.configure(
                    "gpus=2", "gpu.power=300000", "gpu.power.swing=150000", "gpu.power.period=1.3", "gpu1.reasons=0x8");
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder));
            long[] edges = twoSeconds(0);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            double exact =
                    2 * (KnownPower.joules(edges[1], 300, 150, 1.3) - KnownPower.joules(edges[0], 300, 150, 1.3));
            double seconds = (edges[1] - edges[0]) / (double) SECOND;
            double joules = figures.get("energy").score();
            assertThat(joules).as("of both GPUs").isCloseTo(exact, within(0.01 * exact));
            assertThat(figures.get("joules_per_output_token").score()).isCloseTo(joules / 200, within(1e-6));
            assertThat(figures.get("joules_per_request").score()).isCloseTo(joules / 4, within(1e-6));
            assertThat(figures.get("tokens_per_joule").score()).isCloseTo(200 / joules, within(1e-6));
            assertThat(figures.get("nvml.idle_power").score()).isCloseTo(160, within(1.6));
            assertThat(figures.get("nvml.energy_above_idle").score())
                    .isCloseTo(exact - 160 * seconds, within(0.02 * exact));
            assertThat(figures.get("nvml.energy_uncertainty").score())
                    .as("a window of 2 s says that it is far from certain")
                    .isGreaterThan(10);
            assertThat(figures.get("throttled").score()).isBetween(40.0, 60.0);
            assertThat(figures.get("gpu_utilization").score()).isEqualTo(97);

            List<Path> files = profiler.engineStopped();
            assertThat(files).hasSize(1);
            List<String> lines = Files.readAllLines(files.get(0));
            assertThat(lines.get(0)).isEqualTo(SampleFile.HEADER);
            assertThat(lines.get(1).split(",", -1)).hasSameSizeAs(SampleFile.HEADER.split(","));
            assertThat(lines)
                    .as("two GPUs, ten times a second, for two seconds")
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void aCounterThatMovesEveryHundredMillisecondsStaysWithinWhatTheUncertaintySays() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.power=300000", "gpu.energy.step=0.1")) {
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder));
            long[] edges = twoSeconds(0);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            double exact = 300 * (edges[1] - edges[0]) / (double) SECOND;
            double stated = figures.get("nvml.energy_uncertainty").score() / 100;
            assertThat(figures.get("energy").score()).isCloseTo(exact, within(stated * exact));
        }
    }

    @Test
    void aLostGpuEndsTheSamplingAndTheNextWindowSaysWhy() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.power=300000")) {
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder));
            fake.configure("gpu.lost.after=0");
            twoSeconds(0);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            assertThat(figures.get("energy").score()).isNull();
            assertThat(figures.get("energy").reason())
                    .startsWith("sampling ended: ")
                    .contains("GPU is lost");
        }
    }

    @Test
    void anOldDriverHasPowerAndNoEnergy() throws Exception {
        try (FakeNvml fake = FakeNvml.old(folder, "gpu.power=300000")) {
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder));
            twoSeconds(0);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            assertThat(figures.get("gpu_power").score()).isCloseTo(300, within(0.001));
            assertThat(figures.get("energy").reason()).contains("no energy counter");
        }
    }

    private Map<String, MetricValue> started(FakeNvml fake, String... configuration) throws Exception {
        fake.configure(configuration);
        profiler.engineStarting(null, new GpuUse(null, 1));
        profiler.pointStarted(point());
        twoSeconds(0);
        return byName(profiler.pointEnded());
    }

    private PointContext point() {
        return new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder);
    }

    private static void assertEnergyIsWithinItsBound(Map<String, MetricValue> figures, double exact) {
        assertThat(figures.get("energy").reason()).isNull();
        double stated = figures.get("nvml.energy_uncertainty").score() / 100;
        assertThat(figures.get("energy").score()).isCloseTo(exact, within(stated * exact));
    }

    @Test
    void samplesThatTakeLongerThanTheIntervalDoNotPileUpBeforeAnEdge() throws Exception {
        NvmlProfiler busy = new NvmlProfiler(Duration.ofMillis(50), Duration.ZERO);
        try (FakeNvml fake = FakeNvml.in(
                folder, "gpu.power=300000", "gpu.power.swing=280000", "gpu.power.period=16", "gpu.delay=10")) {
            busy.engineStarting(null, new GpuUse(null, 1));
            busy.pointStarted(point());
            pass(3_000);
            long[] edges = window(busy, 0, 4_000, 0);
            Map<String, MetricValue> figures = byName(busy.pointEnded());

            double exact = KnownPower.joules(edges[1], 300, 280, 16) - KnownPower.joules(edges[0], 300, 280, 16);
            assertThat(figures.get("energy").reason()).isNull();
            assertThat(figures.get("energy").score()).isCloseTo(exact, within(0.05 * exact));
            assertEnergyIsWithinItsBound(figures, exact);
        }
    }

    @Test
    void aWindowThatIsToldOfLateHasTheEnergyOfItsOwnTime() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.power=300000", "gpu.power.swing=280000", "gpu.power.period=4")) {
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.pointStarted(point());
            pass(300);
            long[] edges = window(profiler, 0, 2_000, 1_000);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            double exact = KnownPower.joules(edges[1], 300, 280, 4) - KnownPower.joules(edges[0], 300, 280, 4);
            assertThat(figures.get("energy").reason()).isNull();
            assertThat(figures.get("energy").score()).isCloseTo(exact, within(0.1 * exact));
            assertEnergyIsWithinItsBound(figures, exact);
        }
    }

    @Test
    void aQuestionThatFailsCostsItsOwnFigureAndIsTold() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder)) {
            Map<String, MetricValue> figures =
                    started(fake, "gpu.power=300000", "gpu.error=nvmlDeviceGetUtilizationRates:999");

            assertThat(figures.get("energy").score()).isCloseTo(600, within(12.0));
            assertThat(figures.get("gpu_utilization").reason())
                    .isEqualTo("nvmlDeviceGetUtilizationRates: Unknown Error (NVML error 999)");
            assertThat(profiler.notes())
                    .singleElement()
                    .asString()
                    .matches("nvml: in (\\d+) of \\1 samples there was no utilisation of GPU 0:"
                            + " nvmlDeviceGetUtilizationRates: Unknown Error \\(NVML error 999\\)");
            assertThat(profiler.notes()).as("told once").isEmpty();
        }
    }

    @Test
    void idlePowerIsThatOfTheGpusOfThisEngine() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2", "gpu.power=80000")) {
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.engineStarting(null, new GpuUse(null, 2));
            profiler.pointStarted(point());
            twoSeconds(0);
            Map<String, MetricValue> figures = byName(profiler.pointEnded());

            assertThat(figures.get("nvml.idle_power").score())
                    .as("of two GPUs, though one alone had less")
                    .isCloseTo(160, within(1.6));
            assertThat(figures.get("nvml.joules_per_output_token_above_idle").reason())
                    .as("nothing above idle can be told from the error")
                    .contains("less than their own uncertainty");
        }
    }

    @Test
    void aPointThatDidNotEndLeavesNoSamplerBehind() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder)) {
            long before = samplers();
            profiler.engineStarting(null, new GpuUse(null, 1));
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 1, folder));
            profiler.pointStarted(new PointContext("com.acme.Chat", "0123456789ab", 0, 2, folder));
            profiler.engineStopped();
            for (int i = 0; i < 50 && samplers() > before; i++) {
                pass(100);
            }
            assertThat(samplers()).isEqualTo(before);
        }
    }

    private static long samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dyno-prof-nvml"))
                .count();
    }

    @Test
    void whichGpusAForeignServerHasMustBeSaidWhereThereAreSeveral() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2", "gpu1.processes=4242:1024")) {
            NvmlProfiler remote = new NvmlProfiler(Duration.ofMillis(100), Duration.ZERO);
            remote.engineStarting(null, new GpuUse(null, null));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> remote.engineReady(NvmlProfilerTest.remote("http://127.0.0.1:8000")))
                    .withMessageContaining("this machine has 2 GPUs")
                    .withMessageContaining("CUDA_VISIBLE_DEVICES")
                    .withMessageContaining("(processes compute on 1)");

            remote.engineStarting(null, new GpuUse("1", null));
            remote.engineReady(NvmlProfilerTest.remote("http://127.0.0.1:8000"));
            assertThat(remote.notes())
                    .containsExactly("nvml measures GPU 0 (GPU-0000aa01-0000-4000-8000-000000000001)"
                            + " for http://127.0.0.1:8000");
        }
    }
}
