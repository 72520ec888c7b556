package io.dyno.engine.sim;

import io.dyno.plan.Suggestions;
import java.util.Arrays;
import java.util.List;

/**
 * GPUs that can be simulated, with their makers' figures: dense (without sparsity) tensor-core rates, memory bandwidth, and the speed of the
 * link to the other GPUs in one direction. Memory is what {@code nvidia-smi} shows, which is less than the name on the box.
 */
public enum GpuModel {
    /** H100 SXM 80 GB. Source: NVIDIA H100 Tensor Core GPU data sheet (rates there are with sparsity, twice the dense ones). */
    H100("NVIDIA H100 80GB HBM3", 989.4e12, 1978.9e12, 3.35e12, 81_559, 450e9, 8e-6),
    /** H200 SXM 141 GB. Source: NVIDIA H200 Tensor Core GPU data sheet. */
    H200("NVIDIA H200", 989.4e12, 1978.9e12, 4.8e12, 143_771, 450e9, 8e-6),
    /** A100 SXM 80 GB. Source: NVIDIA A100 Tensor Core GPU data sheet. It has no FP8 units: FP8 weights are computed at the BF16 rate. */
    A100("NVIDIA A100-SXM4-80GB", 312e12, 312e12, 2.039e12, 81_920, 300e9, 8e-6),
    /** L4 24 GB. Source: NVIDIA L4 Tensor Core GPU data sheet. No NVLink: PCIe 4.0 x16. */
    L4("NVIDIA L4", 121e12, 242.5e12, 0.3e12, 23_034, 32e9, 20e-6),
    /** B200 180 GB as in HGX and DGX B200. Source: NVIDIA DGX B200 data sheet (72 PFLOP/s FP8 sparse, 64 TB/s and 1,440 GB for eight). */
    B200("NVIDIA B200", 2250e12, 4500e12, 8e12, 183_359, 900e9, 8e-6);

    private final String deviceName;
    private final double bf16FlopsPerSecond;
    private final double fp8FlopsPerSecond;
    private final double bytesPerSecond;
    private final long memoryBytes;
    private final double linkBytesPerSecond;
    private final double linkLatencySeconds;

    GpuModel(
            String deviceName,
            double bf16FlopsPerSecond,
            double fp8FlopsPerSecond,
            double bytesPerSecond,
            long memoryMebibytes,
            double linkBytesPerSecond,
            double linkLatencySeconds) {
        this.deviceName = deviceName;
        this.bf16FlopsPerSecond = bf16FlopsPerSecond;
        this.fp8FlopsPerSecond = fp8FlopsPerSecond;
        this.bytesPerSecond = bytesPerSecond;
        this.memoryBytes = memoryMebibytes << 20;
        this.linkBytesPerSecond = linkBytesPerSecond;
        this.linkLatencySeconds = linkLatencySeconds;
    }

    /** The name that the driver gives it. */
    public String deviceName() {
        return deviceName;
    }

    /** Dense 16-bit rate, FLOP/s. */
    public double bf16FlopsPerSecond() {
        return bf16FlopsPerSecond;
    }

    /** Dense 8-bit rate, FLOP/s; the 16-bit rate where there are no such units. */
    public double fp8FlopsPerSecond() {
        return fp8FlopsPerSecond;
    }

    /** Memory bandwidth, bytes per second. */
    public double bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Memory in all, bytes. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Bandwidth to the other GPUs in one direction, bytes per second. */
    public double linkBytesPerSecond() {
        return linkBytesPerSecond;
    }

    /** Fixed cost of one collective operation, seconds. An assumption, see docs/simulator.md. */
    public double linkLatencySeconds() {
        return linkLatencySeconds;
    }

    /** Names that {@link #named} knows. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }

    /**
     * The GPU of that name, whatever the case.
     *
     * @throws IllegalArgumentException when there is none; the message names those there are
     */
    public static GpuModel named(String name) {
        for (GpuModel gpu : values()) {
            if (gpu.name().equalsIgnoreCase(name)) {
                return gpu;
            }
        }
        throw new IllegalArgumentException("no simulated GPU is called \"" + name + "\""
                + Suggestions.didYouMean(name, names()) + " There are " + String.join(", ", names()) + ".");
    }
}
