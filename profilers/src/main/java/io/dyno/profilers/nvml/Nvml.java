package io.dyno.profilers.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * NVIDIA's management library, initialised. Safe for use from several threads. Several may be open at once: NVML counts.
 *
 * <p>Everything that can be asked throws an {@link NvmlException}: {@linkplain NvmlException#notSupported not supported} for what this driver
 * or GPU does not know, {@linkplain NvmlException#lost lost} when the GPU has gone.
 */
public final class Nvml implements AutoCloseable {
    private final NvmlLibrary library;
    private boolean closed;

    private Nvml(NvmlLibrary library) {
        this.library = library;
    }

    /**
     * Loads and initialises it.
     *
     * @throws NvmlException when there is no driver, or it does not answer; the message says which, in one line
     */
    public static Nvml open() throws NvmlException {
        NvmlLibrary library = NvmlLibrary.load();
        library.check("nvmlInit_v2");
        return new Nvml(library);
    }

    /** Such as {@code 580.159.04}. */
    public String driverVersion() throws NvmlException {
        return text("nvmlSystemGetDriverVersion", NvmlConstants.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE);
    }

    /** The library's own version. */
    public String nvmlVersion() throws NvmlException {
        return text("nvmlSystemGetNVMLVersion", NvmlConstants.NVML_SYSTEM_NVML_VERSION_BUFFER_SIZE);
    }

    /** The newest CUDA that the driver knows, such as {@code 13.0}. */
    public String cudaVersion() throws NvmlException {
        IntByReference version = new IntByReference();
        library.check("nvmlSystemGetCudaDriverVersion_v2", version);
        int v = version.getValue(); // 13000 is 13.0, 12080 is 12.8
        return v / 1000 + "." + v % 1000 / 10;
    }

    /** GPUs of this machine that this process may see, whatever {@code CUDA_VISIBLE_DEVICES} says. */
    public int count() throws NvmlException {
        IntByReference count = new IntByReference();
        library.check("nvmlDeviceGetCount_v2", count);
        return count.getValue();
    }

    /** The GPU of an index from 0, in PCI bus order. */
    public NvmlDevice byIndex(int index) throws NvmlException {
        return handle("nvmlDeviceGetHandleByIndex_v2", index);
    }

    /** The GPU of a whole uuid, {@code GPU-…}; of a MIG device's, {@code MIG-…}, that MIG device. */
    public NvmlDevice byUuid(String uuid) throws NvmlException {
        return handle("nvmlDeviceGetHandleByUUID", uuid);
    }

    /** The GPU at a PCI address, such as {@code 0000:3B:00.0}. */
    public NvmlDevice byPciBusId(String busId) throws NvmlException {
        return handle("nvmlDeviceGetHandleByPciBusId_v2", busId);
    }

    /** The GPU that a MIG device is a part of. */
    public NvmlDevice parentOfMig(String migUuid) throws NvmlException {
        PointerByReference parent = new PointerByReference();
        library.check(
                "nvmlDeviceGetDeviceHandleFromMigDeviceHandle", byUuid(migUuid).handle(), parent);
        return new NvmlDevice(library, parent.getValue());
    }

    private NvmlDevice handle(String function, Object by) throws NvmlException {
        PointerByReference handle = new PointerByReference();
        library.check(function, by, handle);
        return new NvmlDevice(library, handle.getValue());
    }

    private String text(String function, int bytes) throws NvmlException {
        return text(library, function, null, bytes);
    }

    /** Asks for a text, of a device unless that is null. */
    static String text(NvmlLibrary library, String function, Pointer device, int bytes) throws NvmlException {
        try (Memory buffer = new Memory(bytes)) {
            buffer.clear();
            if (device == null) {
                library.check(function, buffer, bytes);
            } else {
                library.check(function, device, buffer, bytes);
            }
            return buffer.getString(0, NvmlLibrary.UTF_8);
        }
    }

    /** Something that is asked of NVML. */
    @FunctionalInterface
    public interface Query<T> {
        T ask() throws NvmlException;
    }

    /** The answer, or null where this driver or GPU has none. */
    public static <T> T orNull(Query<T> query) throws NvmlException {
        try {
            return query.ask();
        } catch (NvmlException e) {
            if (e.notSupported() || e.code() == NvmlConstants.NVML_ERROR_NO_PERMISSION) {
                return null;
            }
            throw e;
        }
    }

    /** Lets go of it. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            int unused = library.call("nvmlShutdown");
        }
    }
}
