package io.dyno.profilers.nvml;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The time series of a point as CSV, a line for each GPU and sample; a field is empty where the driver does not tell. */
final class SampleFile implements AutoCloseable {
    static final String HEADER =
            "seconds,gpu,uuid,power_watts,energy_joules,gpu_utilization_percent,memory_utilization_percent,"
                    + "temperature_celsius,sm_megahertz,memory_megahertz,memory_used_mebibytes,clock_event_reasons";

    private final BufferedWriter lines;
    private final long origin;
    private final Map<Integer, String> uuids = new HashMap<>();

    /**
     * Opens it.
     *
     * @param origin the moment from which seconds count, as {@link System#nanoTime} counts
     */
    SampleFile(Path file, long origin, List<EngineGpu> gpus) throws IOException {
        this.lines = Files.newBufferedWriter(file);
        this.origin = origin;
        gpus.forEach(gpu -> uuids.put(gpu.index(), gpu.uuid()));
        lines.write(HEADER + "\n");
    }

    void add(List<GpuSample> row) throws IOException {
        for (GpuSample s : row) {
            lines.write(String.join(
                    ",",
                    String.format(Locale.ROOT, "%.4f", (s.nanos() - origin) / 1e9),
                    Integer.toString(s.gpu()),
                    Objects.requireNonNullElse(uuids.get(s.gpu()), ""),
                    thousandth(s.powerMilliwatts()),
                    thousandth(s.energyMillijoules()),
                    s.utilization() == null
                            ? ""
                            : Integer.toString(s.utilization().gpuPercent()),
                    s.utilization() == null
                            ? ""
                            : Integer.toString(s.utilization().memoryPercent()),
                    text(s.temperatureCelsius()),
                    text(s.smMegahertz()),
                    text(s.memoryMegahertz()),
                    s.usedBytes() == null ? "" : Long.toString(s.usedBytes() >> 20),
                    s.reasons() == null
                            ? ""
                            : s.reasons().stream()
                                    .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(" "))));
            lines.write("\n");
        }
    }

    private static String thousandth(Number value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.3f", value.longValue() / 1e3);
    }

    private static String text(Integer value) {
        return value == null ? "" : value.toString();
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
