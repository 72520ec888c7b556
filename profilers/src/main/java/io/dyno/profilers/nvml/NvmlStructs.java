package io.dyno.profilers.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/**
 * Structs of nvml.h, field by field under its names; a test compares sizes and offsets with the header. Public because JNA fills them by
 * reflection. An {@code unsigned int} is an int here, an {@code unsigned long long} a long.
 */
public final class NvmlStructs {
    private NvmlStructs() {}

    /** A struct with the name of its type in nvml.h. */
    public abstract static class Struct extends Structure {
        private final String type;

        Struct(String type) {
            this.type = type;
        }

        Struct(String type, Pointer at) {
            super(at);
            this.type = type;
        }

        /** Its type in nvml.h. */
        final String type() {
            return type;
        }

        /** {@code NVML_STRUCT_VERSION}: what its first field must say before the call. */
        final int version(int number) {
            return size() | number << 24;
        }
    }

    /** Bytes; what the driver keeps for itself counts as used. */
    @Structure.FieldOrder({"total", "free", "used"})
    public static final class Memory extends Struct {
        public long total;
        public long free;
        public long used;

        public Memory() {
            super("nvmlMemory_t");
        }
    }

    /** Bytes; what the driver keeps for itself is told apart. */
    @Structure.FieldOrder({"version", "total", "reserved", "free", "used"})
    public static final class MemoryV2 extends Struct {
        public int version;
        public long total;
        public long reserved;
        public long free;
        public long used;

        public MemoryV2() {
            super("nvmlMemory_v2_t");
            version = version(2);
        }
    }

    /** Percent of the last sample period. */
    @Structure.FieldOrder({"gpu", "memory"})
    public static final class Utilization extends Struct {
        public int gpu;
        public int memory;

        public Utilization() {
            super("nvmlUtilization_t");
        }
    }

    /** Where a GPU is plugged in. */
    @Structure.FieldOrder({"busIdLegacy", "domain", "bus", "device", "pciDeviceId", "pciSubSystemId", "busId"})
    public static final class PciInfo extends Struct {
        public byte[] busIdLegacy = new byte[NvmlConstants.NVML_DEVICE_PCI_BUS_ID_BUFFER_V2_SIZE];
        public int domain;
        public int bus;
        public int device;
        public int pciDeviceId;
        public int pciSubSystemId;
        public byte[] busId = new byte[NvmlConstants.NVML_DEVICE_PCI_BUS_ID_BUFFER_SIZE];

        public PciInfo() {
            super("nvmlPciInfo_t");
        }
    }

    /** A process on a GPU, as drivers before 450 tell it. */
    @Structure.FieldOrder({"pid", "usedGpuMemory"})
    public static final class ProcessInfoV1 extends Struct {
        public int pid;
        public long usedGpuMemory;

        public ProcessInfoV1() {
            super("nvmlProcessInfo_v1_t");
        }

        /** The one at an address. */
        public ProcessInfoV1(Pointer at) {
            super("nvmlProcessInfo_v1_t", at);
        }
    }

    /** A process on a GPU. */
    @Structure.FieldOrder({"pid", "usedGpuMemory", "gpuInstanceId", "computeInstanceId"})
    public static final class ProcessInfo extends Struct {
        public int pid;
        public long usedGpuMemory;
        public int gpuInstanceId;
        public int computeInstanceId;

        public ProcessInfo() {
            super("nvmlProcessInfo_t");
        }

        /** The one at an address. */
        public ProcessInfo(Pointer at) {
            super("nvmlProcessInfo_t", at);
        }
    }

    /** A sensor's reading, degrees Celsius. */
    @Structure.FieldOrder({"version", "sensorType", "temperature"})
    public static final class Temperature extends Struct {
        public int version;
        public int sensorType;
        public int temperature;

        public Temperature() {
            super("nvmlTemperature_v1_t");
            version = version(1);
        }
    }
}
