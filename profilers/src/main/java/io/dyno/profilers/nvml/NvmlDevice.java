package io.dyno.profilers.nvml;

import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_INSUFFICIENT_SIZE;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_SUCCESS;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.dyno.profilers.nvml.NvmlStructs.MemoryV2;
import io.dyno.profilers.nvml.NvmlStructs.PciInfo;
import io.dyno.profilers.nvml.NvmlStructs.ProcessInfo;
import io.dyno.profilers.nvml.NvmlStructs.ProcessInfoV1;
import io.dyno.profilers.nvml.NvmlStructs.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One GPU. Each method asks the driver now; see {@link Nvml} for what they throw. */
public final class NvmlDevice {
    /** Processes come and go between the question how many there are and the one who they are. */
    private static final int SPARE_PROCESSES = 8;

    /** Linux has no process numbers above this. */
    private static final long MOST_PID = 1 << 22;

    /** Drivers 535.43 to 535.98 answered the third form in structs of this size, 8 bytes more than the header has: nonsense, but there must be room. */
    private static final int WIDEST_PROCESS = 32;

    private final NvmlLibrary library;
    private final Pointer handle;

    NvmlDevice(NvmlLibrary library, Pointer handle) {
        this.library = library;
        this.handle = handle;
    }

    Pointer handle() {
        return handle;
    }

    /** From 0, in PCI bus order. */
    public int index() throws NvmlException {
        return integer("nvmlDeviceGetIndex");
    }

    /** {@code GPU-…}. */
    public String uuid() throws NvmlException {
        return Nvml.text(library, "nvmlDeviceGetUUID", handle, NvmlConstants.NVML_DEVICE_UUID_V2_BUFFER_SIZE);
    }

    /** Such as {@code NVIDIA H100 80GB HBM3}. */
    public String name() throws NvmlException {
        return Nvml.text(library, "nvmlDeviceGetName", handle, NvmlConstants.NVML_DEVICE_NAME_V2_BUFFER_SIZE);
    }

    /** Such as {@code 00000000:3B:00.0}. */
    public String pciBusId() throws NvmlException {
        PciInfo info = new PciInfo();
        library.check("nvmlDeviceGetPciInfo_v3", handle, info);
        return Native.toString(info.busId, NvmlLibrary.UTF_8);
    }

    /**
     * A GPU's memory.
     *
     * @param totalBytes all of it
     * @param freeBytes what may still be allocated
     * @param usedBytes what is allocated; with what the driver keeps for itself where {@code reservedBytes} is null
     * @param reservedBytes what the driver keeps for itself, or null where it does not say
     */
    public record MemoryUse(long totalBytes, long freeBytes, long usedBytes, Long reservedBytes) {
        /** Of two parts together. */
        MemoryUse plus(MemoryUse other) {
            boolean both = reservedBytes != null && other.reservedBytes != null;
            return new MemoryUse(
                    totalBytes + other.totalBytes,
                    freeBytes + other.freeBytes,
                    usedBytes + other.usedBytes,
                    both ? reservedBytes + other.reservedBytes : null);
        }
    }

    /** Its memory; by the newer question where the driver knows it. */
    public MemoryUse memory() throws NvmlException {
        MemoryV2 v2 = new MemoryV2();
        if (knows("nvmlDeviceGetMemoryInfo_v2", v2)) {
            return new MemoryUse(v2.total, v2.free, v2.used, v2.reserved);
        }
        NvmlStructs.Memory v1 = new NvmlStructs.Memory();
        library.check("nvmlDeviceGetMemoryInfo", handle, v1);
        return new MemoryUse(v1.total, v1.free, v1.used, null);
    }

    /**
     * Shares of the driver's last sample period, 1/6 s to 1 s.
     *
     * @param gpuPercent of the time in which some kernel ran
     * @param memoryPercent of the time in which memory was read or written
     */
    public record Utilization(int gpuPercent, int memoryPercent) {}

    /** How busy it is. */
    public Utilization utilization() throws NvmlException {
        NvmlStructs.Utilization u = new NvmlStructs.Utilization();
        library.check("nvmlDeviceGetUtilizationRates", handle, u);
        return new Utilization(u.gpu, u.memory);
    }

    /** Power draw. Averaged over the last second on Ampere (but GA100) and newer GPUs. */
    public int powerMilliwatts() throws NvmlException {
        return integer("nvmlDeviceGetPowerUsage");
    }

    /** The power limit in force, whoever set it. */
    public int enforcedPowerLimitMilliwatts() throws NvmlException {
        return integer("nvmlDeviceGetEnforcedPowerLimit");
    }

    /** The power limit that it boots with. */
    public int defaultPowerLimitMilliwatts() throws NvmlException {
        return integer("nvmlDeviceGetPowerManagementDefaultLimit");
    }

    /** Energy since the driver was loaded; Volta and newer. */
    public long totalEnergyMillijoules() throws NvmlException {
        return longInteger("nvmlDeviceGetTotalEnergyConsumption");
    }

    /** Temperature of the die, degrees Celsius. */
    public int temperatureCelsius() throws NvmlException {
        Temperature reading = new Temperature();
        reading.sensorType = NvmlConstants.NVML_TEMPERATURE_GPU;
        return knows("nvmlDeviceGetTemperatureV", reading)
                ? reading.temperature
                : integer("nvmlDeviceGetTemperature", NvmlConstants.NVML_TEMPERATURE_GPU);
    }

    /** Clocks that are of interest here. */
    public enum Clock {
        SM(NvmlConstants.NVML_CLOCK_SM),
        MEMORY(NvmlConstants.NVML_CLOCK_MEM);

        private final int type;

        Clock(int type) {
            this.type = type;
        }
    }

    /** A clock's frequency now, MHz. */
    public int clockMegahertz(Clock clock) throws NvmlException {
        return integer("nvmlDeviceGetClockInfo", clock.type);
    }

    /** A clock's highest frequency, MHz. */
    public int maxClockMegahertz(Clock clock) throws NvmlException {
        return integer("nvmlDeviceGetMaxClockInfo", clock.type);
    }

    /** Why its clocks are what they are now; by the older name where the driver does not know the newer. */
    public Set<ClockEventReason> clockEventReasons() throws NvmlException {
        String newer = "nvmlDeviceGetCurrentClocksEventReasons";
        return ClockEventReason.of(
                longInteger(library.has(newer) ? newer : "nvmlDeviceGetCurrentClocksThrottleReasons"));
    }

    /** Performance state: 0 is fastest, 15 slowest; null when it is unknown. */
    public Integer performanceState() throws NvmlException {
        int state = integer("nvmlDeviceGetPerformanceState");
        return state == NvmlConstants.NVML_PSTATE_UNKNOWN ? null : state;
    }

    /** Whether the driver stays loaded while nobody uses the GPU. */
    public boolean persistenceMode() throws NvmlException {
        return integer("nvmlDeviceGetPersistenceMode") == NvmlConstants.NVML_FEATURE_ENABLED;
    }

    /** Whether its memory corrects errors. */
    public boolean eccEnabled() throws NvmlException {
        return firstOfTwo("nvmlDeviceGetEccMode") == NvmlConstants.NVML_FEATURE_ENABLED;
    }

    /**
     * Memory errors since the driver was loaded.
     *
     * @param corrected errors of one bit
     * @param uncorrected errors of two
     */
    public record EccErrors(long corrected, long uncorrected) {}

    /** Its memory errors. */
    public EccErrors eccErrors() throws NvmlException {
        return new EccErrors(
                eccErrors(NvmlConstants.NVML_MEMORY_ERROR_TYPE_CORRECTED),
                eccErrors(NvmlConstants.NVML_MEMORY_ERROR_TYPE_UNCORRECTED));
    }

    private long eccErrors(int type) throws NvmlException {
        LongByReference count = new LongByReference();
        library.check("nvmlDeviceGetTotalEccErrors", handle, type, NvmlConstants.NVML_VOLATILE_ECC, count);
        return count.getValue();
    }

    /** Whether it is cut into MIG devices. */
    public boolean migEnabled() throws NvmlException {
        return firstOfTwo("nvmlDeviceGetMigMode") == NvmlConstants.NVML_DEVICE_MIG_ENABLE;
    }

    /** The first of its MIG devices; empty where it has none. */
    public Optional<NvmlDevice> firstMigDevice() throws NvmlException {
        int slots = integer("nvmlDeviceGetMaxMigDeviceCount");
        for (int i = 0; i < slots; i++) {
            PointerByReference slice = new PointerByReference();
            int answer = library.call("nvmlDeviceGetMigDeviceHandleByIndex", handle, i, slice);
            if (answer == NVML_SUCCESS) {
                return Optional.of(new NvmlDevice(library, slice.getValue()));
            }
            if (answer != NvmlConstants.NVML_ERROR_NOT_FOUND) {
                library.verify("nvmlDeviceGetMigDeviceHandleByIndex", answer);
            }
        }
        return Optional.empty();
    }

    /**
     * Bytes over PCIe in the last 20 ms, per second.
     *
     * @param sentKilobytesPerSecond from the GPU
     * @param receivedKilobytesPerSecond by the GPU
     */
    public record PcieThroughput(int sentKilobytesPerSecond, int receivedKilobytesPerSecond) {}

    /** What goes over PCIe. Each of the two directions takes the driver 20 ms to answer. */
    public PcieThroughput pcieThroughput() throws NvmlException {
        return new PcieThroughput(
                integer("nvmlDeviceGetPcieThroughput", NvmlConstants.NVML_PCIE_UTIL_TX_BYTES),
                integer("nvmlDeviceGetPcieThroughput", NvmlConstants.NVML_PCIE_UTIL_RX_BYTES));
    }

    /**
     * A compute capability.
     *
     * @param major the generation
     * @param minor the variant
     */
    public record ComputeCapability(int major, int minor) {
        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    /** Such as 9.0 for Hopper. */
    public ComputeCapability computeCapability() throws NvmlException {
        IntByReference major = new IntByReference();
        IntByReference minor = new IntByReference();
        library.check("nvmlDeviceGetCudaComputeCapability", handle, major, minor);
        return new ComputeCapability(major.getValue(), minor.getValue());
    }

    /**
     * A process with a CUDA context here.
     *
     * @param pid as the driver counts processes: outside of any container
     * @param usedBytes memory that it has allocated, or null where the driver does not say
     */
    public record GpuProcess(long pid, Long usedBytes) {}

    /** The processes that compute on it; by the newest question that the driver knows and answers with sense. */
    public List<GpuProcess> computeProcesses() throws NvmlException {
        for (String newer :
                List.of("nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2")) {
            try {
                List<GpuProcess> found = processes(newer, new ProcessInfo().size(), at -> {
                    ProcessInfo info = new ProcessInfo(at);
                    info.read();
                    return process(info.pid, info.usedGpuMemory);
                });
                if (found.stream().allMatch(process -> process.pid() > 0 && process.pid() <= MOST_PID)) {
                    return found;
                }
            } catch (NvmlException e) {
                if (!e.notSupported()) {
                    throw e;
                }
            }
        }
        return processes("nvmlDeviceGetComputeRunningProcesses", new ProcessInfoV1().size(), at -> {
            ProcessInfoV1 info = new ProcessInfoV1(at);
            info.read();
            return process(info.pid, info.usedGpuMemory);
        });
    }

    private static GpuProcess process(int pid, long usedBytes) {
        return new GpuProcess(
                Integer.toUnsignedLong(pid), usedBytes == NvmlConstants.NVML_VALUE_NOT_AVAILABLE ? null : usedBytes);
    }

    private interface Reader {
        GpuProcess read(Pointer at);
    }

    private List<GpuProcess> processes(String function, int bytes, Reader reader) throws NvmlException {
        IntByReference count = new IntByReference(0);
        int answer = library.call(function, handle, count, Pointer.NULL);
        while (answer == NVML_ERROR_INSUFFICIENT_SIZE) {
            int room = count.getValue() + SPARE_PROCESSES;
            count.setValue(room);
            try (Memory infos = new Memory((long) room * WIDEST_PROCESS)) {
                answer = library.call(function, handle, count, infos);
                if (answer == NVML_SUCCESS) {
                    List<GpuProcess> found = new ArrayList<>();
                    for (int i = 0; i < count.getValue(); i++) {
                        found.add(reader.read(infos.share((long) i * bytes, bytes)));
                    }
                    return found;
                }
            }
        }
        library.verify(function, answer);
        return List.of();
    }

    /** Fills a versioned struct; false where this driver or GPU does not know the question, which has an older form. */
    private boolean knows(String function, NvmlStructs.Struct answer) throws NvmlException {
        int code = library.call(function, handle, answer);
        if (code != NVML_SUCCESS && new NvmlException(code, "").notSupported()) {
            return false;
        }
        library.verify(function, code);
        return true;
    }

    private int integer(String function) throws NvmlException {
        IntByReference value = new IntByReference();
        library.check(function, handle, value);
        return value.getValue();
    }

    private int integer(String function, int of) throws NvmlException {
        IntByReference value = new IntByReference();
        library.check(function, handle, of, value);
        return value.getValue();
    }

    /** A mode that is in force, where NVML also tells the one after the next reset. */
    private int firstOfTwo(String function) throws NvmlException {
        IntByReference now = new IntByReference();
        IntByReference pending = new IntByReference();
        library.check(function, handle, now, pending);
        return now.getValue();
    }

    private long longInteger(String function) throws NvmlException {
        LongByReference value = new LongByReference();
        library.check(function, handle, value);
        return value.getValue();
    }
}
