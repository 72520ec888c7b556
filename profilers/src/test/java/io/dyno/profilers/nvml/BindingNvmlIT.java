package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import io.dyno.profilers.nvml.NvmlDevice.Clock;
import io.dyno.profilers.nvml.NvmlDevice.ComputeCapability;
import io.dyno.profilers.nvml.NvmlDevice.EccErrors;
import io.dyno.profilers.nvml.NvmlDevice.GpuProcess;
import io.dyno.profilers.nvml.NvmlDevice.MemoryUse;
import io.dyno.profilers.nvml.NvmlDevice.PcieThroughput;
import io.dyno.profilers.nvml.NvmlDevice.Utilization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binding on a fake driver that is built against NVIDIA's header. */
@OnFakeNvml
@SuppressWarnings("try") // a fake driver is there by being open
class BindingNvmlIT {
    private static final String[] TWO_GPUS = {
        "driver=580.159.04",
        "cuda=12080",
        "gpus=2",
        "gpu0.name=NVIDIA Größe™ 80GB 超",
        "gpu0.uuid=GPU-0a0a0a0a-1",
        "gpu1.uuid=GPU-0b0b0b0b-2",
        "gpu1.pci=00000000:AF:00.0",
        "gpu.memory.total=85899345920",
        "gpu1.memory.used=40000000000",
        "gpu.memory.reserved=600000000",
        "gpu.utilization=73",
        "gpu.utilization.memory=12",
        "gpu.power=250000",
        "gpu.limit=400000",
        "gpu.temperature=71",
        "gpu.reasons=0x24",
        "gpu.pstate=2",
        "gpu.persistence=0",
        "gpu.ecc.corrected=5",
        "gpu.ecc.uncorrected=1",
        "gpu1.mig=1",
        "gpu1.mig.uuid=MIG-7777",
        "gpu1.processes=4242:1073741824,4243:-1",
    };

    @TempDir
    private Path folder;

    @Test
    void everyQuestionIsAnsweredAsTheDriverAnswersIt() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, TWO_GPUS);
                Nvml nvml = Nvml.open()) {
            assertThat(nvml.driverVersion()).isEqualTo("580.159.04");
            assertThat(nvml.nvmlVersion()).isEqualTo("13.580.159.04");
            assertThat(nvml.cudaVersion()).isEqualTo("12.8");
            assertThat(nvml.count()).isEqualTo(2);
            assertThat(nvml.byIndex(0).name()).isEqualTo("NVIDIA Größe™ 80GB 超");

            NvmlDevice gpu = nvml.byUuid("GPU-0b0b0b0b-2");
            assertThat(gpu.index()).isEqualTo(1);
            assertThat(gpu.uuid()).isEqualTo("GPU-0b0b0b0b-2");
            assertThat(gpu.pciBusId()).isEqualTo("00000000:AF:00.0");
            assertThat(nvml.byPciBusId("00000000:AF:00.0").index()).isEqualTo(1);
            assertThat(gpu.memory())
                    .isEqualTo(new MemoryUse(
                            85_899_345_920L,
                            85_899_345_920L - 40_000_000_000L - 600_000_000L,
                            40_000_000_000L,
                            600_000_000L));
            assertThat(gpu.utilization()).isEqualTo(new Utilization(73, 12));
            assertThat(gpu.powerMilliwatts()).isEqualTo(250_000);
            assertThat(gpu.enforcedPowerLimitMilliwatts()).isEqualTo(400_000);
            assertThat(gpu.defaultPowerLimitMilliwatts()).isEqualTo(700_000);
            assertThat(gpu.totalEnergyMillijoules()).isPositive();
            assertThat(gpu.temperatureCelsius()).isEqualTo(71);
            assertThat(gpu.clockMegahertz(Clock.SM)).isEqualTo(1755);
            assertThat(gpu.clockMegahertz(Clock.MEMORY)).isEqualTo(2619);
            assertThat(gpu.maxClockMegahertz(Clock.SM)).isEqualTo(1980);
            assertThat(gpu.clockEventReasons())
                    .isEqualTo(Set.of(ClockEventReason.SW_POWER_CAP, ClockEventReason.SW_THERMAL));
            assertThat(gpu.performanceState()).isEqualTo(2);
            assertThat(gpu.persistenceMode()).isFalse();
            assertThat(gpu.eccEnabled()).isTrue();
            assertThat(gpu.eccErrors()).isEqualTo(new EccErrors(5, 1));
            assertThat(gpu.migEnabled()).isTrue();
            assertThat(gpu.pcieThroughput()).isEqualTo(new PcieThroughput(1200, 3400));
            assertThat(gpu.computeCapability()).isEqualTo(new ComputeCapability(9, 0));
            assertThat(gpu.computeProcesses())
                    .containsExactly(new GpuProcess(4242, 1_073_741_824L), new GpuProcess(4243, null));
            assertThat(nvml.byIndex(0).computeProcesses()).isEmpty();
            assertThat(nvml.parentOfMig("MIG-7777").index()).isEqualTo(1);
        }
    }

    @Test
    void nvidiasOwnPythonClientReadsTheSameValues() throws Exception {
        String script = """
                import pynvml as n
                n.nvmlInit()
                d = n.nvmlDeviceGetHandleByIndex(1)
                m = n.nvmlDeviceGetMemoryInfo(d, version=n.nvmlMemory_v2)
                u = n.nvmlDeviceGetUtilizationRates(d)
                p = n.nvmlDeviceGetComputeRunningProcesses(d)
                def out(*values):
                    print(*values, sep='|')
                out(n.nvmlSystemGetDriverVersion(), n.nvmlSystemGetCudaDriverVersion_v2(), n.nvmlDeviceGetCount())
                out(n.nvmlDeviceGetName(n.nvmlDeviceGetHandleByIndex(0)), n.nvmlDeviceGetUUID(d), n.nvmlDeviceGetPciInfo(d).busId)
                out(m.total, m.free, m.used, m.reserved, u.gpu, u.memory)
                out(n.nvmlDeviceGetPowerUsage(d), n.nvmlDeviceGetEnforcedPowerLimit(d), n.nvmlDeviceGetTemperatureV(d, 0))
                out(n.nvmlDeviceGetCurrentClocksEventReasons(d), n.nvmlDeviceGetTotalEccErrors(d, 0, 0), n.nvmlDeviceGetMigMode(d)[0])
                out([(x.pid, x.usedGpuMemory) for x in p])
                out(n.nvmlDeviceGetTotalEnergyConsumption(d))
                """;
        try (FakeNvml fake = FakeNvml.in(folder, TWO_GPUS);
                Nvml nvml = Nvml.open()) {
            NvmlDevice gpu = nvml.byIndex(1);
            long before = gpu.totalEnergyMillijoules();
            List<String> said = Tool.output(
                            folder,
                            Map.of("LD_LIBRARY_PATH", fake.folder().toString(), "PYTHONIOENCODING", "utf-8"),
                            List.of(System.getProperty("dyno.nvml.python"), "-W", "ignore", "-c", script))
                    .lines()
                    .toList();
            long after = gpu.totalEnergyMillijoules();

            MemoryUse memory = gpu.memory();
            assertThat(said.subList(0, 6))
                    .containsExactly(
                            nvml.driverVersion() + "|12080|" + nvml.count(),
                            nvml.byIndex(0).name() + "|" + gpu.uuid() + "|" + gpu.pciBusId(),
                            memory.totalBytes() + "|" + memory.freeBytes() + "|" + memory.usedBytes() + "|"
                                    + memory.reservedBytes() + "|73|12",
                            gpu.powerMilliwatts() + "|" + gpu.enforcedPowerLimitMilliwatts() + "|"
                                    + gpu.temperatureCelsius(),
                            "36|5|1",
                            "[(4242, 1073741824), (4243, None)]");
            assertThat(Long.parseLong(said.get(6))).isBetween(before, after);
        }
    }

    @Test
    void anOldDriverIsAskedTheOldQuestionsAndWhatItLacksIsNotSupported() throws Exception {
        try (FakeNvml fake = FakeNvml.old(
                        folder,
                        "gpu.processes=4242:1024,4243:-1",
                        "gpu.reasons=0x40",
                        "gpu.memory.used=7",
                        "gpu.memory.reserved=3");
                Nvml nvml = Nvml.open()) {
            NvmlDevice gpu = nvml.byIndex(0);
            assertThat(gpu.memory().usedBytes())
                    .as("with what the driver keeps for itself")
                    .isEqualTo(10);
            assertThat(gpu.memory().reservedBytes()).isNull();
            assertThat(gpu.temperatureCelsius()).isEqualTo(64);
            assertThat(gpu.clockEventReasons()).isEqualTo(Set.of(ClockEventReason.HW_THERMAL));
            assertThat(gpu.computeProcesses()).containsExactly(new GpuProcess(4242, 1024L), new GpuProcess(4243, null));
            assertThatExceptionOfType(NvmlException.class)
                    .isThrownBy(gpu::totalEnergyMillijoules)
                    .withMessage(
                            "nvmlDeviceGetTotalEnergyConsumption: this driver has no such function (NVML error 13)")
                    .satisfies(e -> assertThat(e.notSupported()).isTrue());
            assertThat(Nvml.orNull(gpu::migEnabled)).isNull();
        }
    }

    @Test
    void whatAGpuDoesNotKnowIsNotSupportedInNvmlsWords() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder,
                        "gpu.unsupported=nvmlDeviceGetTotalEccErrors,nvmlDeviceGetMemoryInfo_v2,nvmlDeviceGetTemperatureV");
                Nvml nvml = Nvml.open()) {
            NvmlDevice gpu = nvml.byIndex(0);
            assertThatExceptionOfType(NvmlException.class)
                    .isThrownBy(gpu::eccErrors)
                    .withMessage("nvmlDeviceGetTotalEccErrors: Not Supported (NVML error 3)")
                    .satisfies(e -> assertThat(e.notSupported()).isTrue())
                    .satisfies(e -> assertThat(e.lost()).isFalse());
            assertThat(gpu.memory().reservedBytes())
                    .as("the older question is asked")
                    .isNull();
            assertThat(gpu.temperatureCelsius()).isEqualTo(64);
        }
    }

    @Test
    void aLostGpuSaysSo() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpus=2");
                Nvml nvml = Nvml.open()) {
            NvmlDevice gpu = nvml.byIndex(0);
            assertThat(gpu.name()).isEqualTo("NVIDIA Fake 80GB");

            fake.configure("gpus=2", "gpu0.lost.after=0");

            assertThatExceptionOfType(NvmlException.class)
                    .isThrownBy(gpu::name)
                    .withMessage("nvmlDeviceGetName: GPU is lost (NVML error 15)")
                    .satisfies(e -> assertThat(e.lost()).isTrue());
            assertThat(MachineGpus.of(nvml).devices()).as("the others stay").hasSize(1);
        }
    }

    @Test
    void aDriverThatIsNotLoadedIsAReasonAndNotACrash() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "init=9")) {
            assertThatExceptionOfType(NvmlException.class)
                    .isThrownBy(Nvml::open)
                    .withMessage("nvmlInit_v2: Driver Not Loaded (NVML error 9)");
            assertThat(new NvmlGpuProbe().unusable()).contains("nvmlInit_v2: Driver Not Loaded (NVML error 9)");
            assertThat(new NvmlProfilerProvider().unsupported()).isPresent();
        }
    }

    @Test
    void theProbeIsFoundAndTellsWhatRunJsonKeeps() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, TWO_GPUS)) {
            GpuProbe probe = GpuProbe.find();

            assertThat(probe).isInstanceOf(NvmlGpuProbe.class);
            assertThat(probe.gpus())
                    .containsExactly(
                            new GpuProbe.Gpu(0, "GPU-0a0a0a0a-1", "NVIDIA Größe™ 80GB 超", 85_899_345_920L),
                            new GpuProbe.Gpu(1, "GPU-0b0b0b0b-2", "NVIDIA Fake 80GB", 85_899_345_920L));
            assertThat(probe.driver()).containsEntry("driver", "580.159.04").containsEntry("cuda", "12.8");
            assertThat(probe.details(probe.gpus().get(1)))
                    .containsEntry("powerLimitWatts", 400.0)
                    .containsEntry("defaultPowerLimitWatts", 700.0)
                    .containsEntry("computeCapability", "9.0")
                    .containsEntry("persistenceMode", false)
                    .containsEntry("migMode", true);
        }
    }

    @Test
    void anEngineHasTheFirstOfTheGpusThatItSees() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, TWO_GPUS);
                Nvml nvml = Nvml.open()) {
            assertThat(indices(nvml, new GpuUse(null, 1))).containsExactly(0);
            assertThat(indices(nvml, new GpuUse("1,0", 1))).containsExactly(1);
            assertThat(indices(nvml, new GpuUse("1,0", null))).containsExactly(1, 0);
            assertThat(indices(nvml, new GpuUse("MIG-7777", 1))).containsExactly(1);
            assertThat(indices(nvml, new GpuUse("MIG-GPU-0a0a0a0a-1/3/0", 1))).containsExactly(0);
            assertThat(indices(nvml, new GpuUse("-1", 1))).isEmpty();
        }
    }

    @Test
    void gpusThatThisUserMayNotOpenCountForNothingAsInCuda() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder,
                        "gpus=4",
                        "gpu0.error=nvmlDeviceGetHandleByIndex_v2:4",
                        "gpu2.error=nvmlDeviceGetHandleByIndex_v2:4");
                Nvml nvml = Nvml.open()) {
            assertThat(MachineGpus.of(nvml).leftOut()).as("they are not ours").isEmpty();
            assertThat(indices(nvml, new GpuUse("0", 1))).containsExactly(1);
            assertThat(indices(nvml, new GpuUse("1", 1))).containsExactly(3);
            assertThat(indices(nvml, new GpuUse("2", 1))).isEmpty();
            assertThat(new NvmlGpuProbe().gpus())
                    .extracting(GpuProbe.Gpu::index)
                    .containsExactly(0, 1);
        }
    }

    @Test
    void aSickGpuCostsNoOtherItsPlace() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder,
                        "gpus=3",
                        "gpu0.error=nvmlDeviceGetHandleByIndex_v2:999",
                        "gpu1.error=nvmlDeviceGetUUID:999,nvmlDeviceGetPersistenceMode:999");
                Nvml nvml = Nvml.open()) {
            MachineGpus machine = MachineGpus.of(nvml);
            assertThat(machine.leftOut())
                    .containsExactly("NVML's GPU 0: nvmlDeviceGetHandleByIndex_v2: Unknown Error (NVML error 999)");
            assertThat(machine.listed()).extracting(GpuProbe.Gpu::uuid).containsExactly(null, UUID_OF_2);

            NvmlGpuProbe probe = new NvmlGpuProbe();
            assertThat(probe.unusable()).isEmpty();
            assertThat(probe.gpus()).hasSize(2);
            assertThat(probe.details(probe.gpus().get(0)))
                    .as("whoever has no uuid is known by its place")
                    .containsEntry("pciBusId", "00000000:3C:00.0")
                    .containsEntry("persistenceMode", null)
                    .containsEntry("unknown", "nvmlDeviceGetPersistenceMode: Unknown Error (NVML error 999)");
            assertThat(probe.details(probe.gpus().get(1))).containsEntry("pciBusId", "00000000:3D:00.0");
            assertThat(probe.unwatched()).isEqualTo(machine.leftOut());
            assertThat(new NvmlProfilerProvider().unsupported()).isEmpty();
        }
        try (FakeNvml fake = FakeNvml.in(
                Files.createDirectory(folder.resolve("none")), "gpu.error=nvmlDeviceGetHandleByIndex_v2:999")) {
            assertThat(new NvmlGpuProbe().unusable())
                    .contains("NVML finds no GPU; NVML's GPU 0: nvmlDeviceGetHandleByIndex_v2:"
                            + " Unknown Error (NVML error 999)");
            assertThat(new NvmlProfilerProvider().unsupported()).isPresent();
        }
    }

    private static final String UUID_OF_2 = "GPU-0000aa02-0000-4000-8000-000000000002";

    @Test
    void processesAreAskedForInTheSecondFormWhereTheThirdIsUnknownOrNonsense() throws Exception {
        String processes = "gpu.processes=4242:1024,4243:-1,4244:77";
        List<GpuProcess> found =
                List.of(new GpuProcess(4242, 1024L), new GpuProcess(4243, null), new GpuProcess(4244, 77L));
        try (FakeNvml fake = FakeNvml.in(folder, processes, "gpu.error=nvmlDeviceGetComputeRunningProcesses_v3:13");
                Nvml nvml = Nvml.open()) {
            assertThat(nvml.byIndex(0).computeProcesses()).isEqualTo(found);

            fake.configure(processes, "gpu.processes.wide=1");
            assertThat(nvml.byIndex(0).computeProcesses())
                    .as("as drivers 535.43 to 535.98 answer")
                    .isEqualTo(found);

            fake.configure(processes, "gpu.error=nvmlDeviceGetComputeRunningProcesses_v3:999");
            assertThatExceptionOfType(NvmlException.class)
                    .isThrownBy(nvml.byIndex(0)::computeProcesses)
                    .withMessage("nvmlDeviceGetComputeRunningProcesses_v3: Unknown Error (NVML error 999)");
        }
    }

    @Test
    void ofAMigDeviceItsOwnMemoryAndProcessesAreTheEngines() throws Exception {
        try (FakeNvml fake = FakeNvml.in(
                        folder,
                        "gpu.mig=1",
                        "gpu.mig.uuid=MIG-7777",
                        "gpu.processes=4242:1024,999:1024",
                        "gpu.memory.used=9000",
                        "gpu.mig.processes=4242:1024",
                        "gpu.mig.memory.used=5000");
                Nvml nvml = Nvml.open()) {
            for (String variable : new String[] {"MIG-7777", null}) {
                EngineGpu gpu = MachineGpus.of(nvml)
                        .usedBy(nvml, new GpuUse(variable, 1))
                        .get(0);
                GuardReading reading = GuardReading.of(gpu);
                assertThat(reading.processes()).as(variable).containsExactly(new GpuProcess(4242, 1024L));
                assertThat(reading.memory().usedBytes()).isEqualTo(5000);
                assertThat(gpu.device().memory().usedBytes()).isEqualTo(9000);
            }
        }
    }

    private static List<Integer> indices(Nvml nvml, GpuUse use) throws NvmlException {
        List<Integer> indices = new ArrayList<>();
        for (EngineGpu gpu : MachineGpus.of(nvml).usedBy(nvml, use)) {
            indices.add(gpu.device().index());
        }
        return indices;
    }

    @Test
    void energyIsTheIntegralOfPower() throws Exception {
        try (FakeNvml fake = FakeNvml.in(folder, "gpu.power=300000", "gpu.power.swing=100000", "gpu.power.period=0.7");
                Nvml nvml = Nvml.open()) {
            List<EngineGpu> gpus = MachineGpus.of(nvml).usedBy(nvml, new GpuUse(null, 1));
            GpuSample first = GpuSample.of(gpus).get(0);
            GpuSample last = first;
            while (last.nanos() - first.nanos() < 300_000_000L) {
                last = GpuSample.of(gpus).get(0);
            }
            double exact =
                    (KnownPower.joules(last.nanos(), 300, 100, 0.7) - KnownPower.joules(first.nanos(), 300, 100, 0.7))
                            / ((last.nanos() - first.nanos()) / 1e9);
            assertThat(GpuSample.meanWatts(first, last)).isCloseTo(exact, within(0.01 * exact));
        }
    }
}
