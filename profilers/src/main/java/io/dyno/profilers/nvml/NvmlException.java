package io.dyno.profilers.nvml;

import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_DEPRECATED;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_FUNCTION_NOT_FOUND;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_GPU_IS_LOST;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_NOT_SUPPORTED;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_RESET_REQUIRED;

/** NVML refused. The message names the function and gives NVML's own text. */
public final class NvmlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    NvmlException(int code, String message) {
        super(message);
        this.code = code;
    }

    NvmlException(int code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The {@code nvmlReturn_t}. */
    public int code() {
        return code;
    }

    /** Whether this GPU or this driver does not know what was asked; another question may be answered. */
    public boolean notSupported() {
        return code == NVML_ERROR_NOT_SUPPORTED
                || code == NVML_ERROR_FUNCTION_NOT_FOUND
                || code == NVML_ERROR_ARGUMENT_VERSION_MISMATCH
                || code == NVML_ERROR_DEPRECATED;
    }

    /** Whether the GPU is gone until the machine resets it: it will answer nothing more. */
    public boolean lost() {
        return code == NVML_ERROR_GPU_IS_LOST || code == NVML_ERROR_RESET_REQUIRED;
    }
}
