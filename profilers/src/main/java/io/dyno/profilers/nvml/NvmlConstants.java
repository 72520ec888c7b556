package io.dyno.profilers.nvml;

/** Numbers of nvml.h under their names there; a test compares each with the header. */
final class NvmlConstants {
    static final int NVML_SUCCESS = 0;
    static final int NVML_ERROR_UNINITIALIZED = 1;
    static final int NVML_ERROR_INVALID_ARGUMENT = 2;
    static final int NVML_ERROR_NOT_SUPPORTED = 3;
    static final int NVML_ERROR_NO_PERMISSION = 4;
    static final int NVML_ERROR_NOT_FOUND = 6;
    static final int NVML_ERROR_INSUFFICIENT_SIZE = 7;
    static final int NVML_ERROR_DRIVER_NOT_LOADED = 9;
    static final int NVML_ERROR_LIBRARY_NOT_FOUND = 12;
    static final int NVML_ERROR_FUNCTION_NOT_FOUND = 13;
    static final int NVML_ERROR_GPU_IS_LOST = 15;
    static final int NVML_ERROR_RESET_REQUIRED = 16;
    static final int NVML_ERROR_ARGUMENT_VERSION_MISMATCH = 25;
    static final int NVML_ERROR_DEPRECATED = 26;
    static final int NVML_ERROR_UNKNOWN = 999;

    static final int NVML_CLOCK_SM = 1;
    static final int NVML_CLOCK_MEM = 2;
    static final int NVML_TEMPERATURE_GPU = 0;
    static final int NVML_MEMORY_ERROR_TYPE_CORRECTED = 0;
    static final int NVML_MEMORY_ERROR_TYPE_UNCORRECTED = 1;
    static final int NVML_VOLATILE_ECC = 0;
    static final int NVML_PCIE_UTIL_TX_BYTES = 0;
    static final int NVML_PCIE_UTIL_RX_BYTES = 1;
    static final int NVML_FEATURE_ENABLED = 1;
    static final int NVML_DEVICE_MIG_ENABLE = 1;
    static final int NVML_PSTATE_UNKNOWN = 32;
    static final int NVML_VALUE_NOT_AVAILABLE = -1;

    static final int NVML_DEVICE_UUID_V2_BUFFER_SIZE = 96;
    static final int NVML_DEVICE_NAME_V2_BUFFER_SIZE = 96;
    static final int NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE = 80;
    static final int NVML_SYSTEM_NVML_VERSION_BUFFER_SIZE = 80;
    static final int NVML_DEVICE_PCI_BUS_ID_BUFFER_SIZE = 32;
    static final int NVML_DEVICE_PCI_BUS_ID_BUFFER_V2_SIZE = 16;

    private NvmlConstants() {}
}
