package io.dyno.profilers.nsys;

import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import io.dyno.profilers.KernelName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** What nsys' statistics say of one profiled iteration: where the GPUs' time went, and when they had nothing to do. */
final class GpuTimes {
    /** Kernels that become secondary results of their own. */
    private static final int TOP = 5;

    private static final Metric IDLE = new Metric("nsys.gpu_idle", "%", Direction.NONE);
    private static final Metric GAP = new Metric("nsys.longest_gap", "ms", Direction.NONE);

    private static final double KIB = 1024;

    private static final String NO_KERNEL = "the recording holds no kernel";

    /** One GPU's time line. */
    private static final class Device {
        private double first = Double.POSITIVE_INFINITY;
        private double busyUntil;
        private double idleNanos;
        private double longestGapNanos;

        /** Operations come in the order of their start; those of several streams overlap. */
        void operation(double start, double duration) {
            if (start < first) {
                first = start;
                busyUntil = start;
            }
            double gap = start - busyUntil;
            if (gap > 0) {
                idleNanos += gap;
                longestGapNanos = Math.max(longestGapNanos, gap);
            }
            busyUntil = Math.max(busyUntil, start + duration);
        }

        double spanNanos() {
            return busyUntil - first;
        }
    }

    private record Sum(double nanos, long calls) {
        Sum plus(Sum other) {
            return new Sum(nanos + other.nanos, calls + other.calls);
        }
    }

    private final Map<String, Sum> kernels = new LinkedHashMap<>();
    private final Map<String, Sum> memory = new LinkedHashMap<>();
    private final Map<String, Double> megabytes = new LinkedHashMap<>();
    private final Map<String, Device> devices = new LinkedHashMap<>();

    private GpuTimes() {}

    /**
     * Reads the files of {@link Nsys#stats}. A report that is not there had no data.
     *
     * @throws IOException when one of them is not what nsys writes
     */
    static GpuTimes read(Map<Nsys.Report, Path> stats) throws IOException {
        GpuTimes times = new GpuTimes();
        Map<Nsys.Report, Consumer<CsvTable.Row>> readers = Map.of(
                Nsys.Report.KERNELS,
                row -> times.kernels.merge(KernelName.shortened(row.text("Name")), sum(row, "Instances"), Sum::plus),
                Nsys.Report.MEMORY_TIME,
                row -> times.memory.merge(operation(row), sum(row, row.either("Count", "Operations")), Sum::plus),
                Nsys.Report.MEMORY_SIZE,
                row -> times.megabytes.merge(operation(row), megabytes(row), Double::sum),
                Nsys.Report.TRACE,
                row -> times.devices
                        .computeIfAbsent(row.text("Device"), name -> new Device())
                        .operation(row.number("Start"), row.number("Duration")));
        for (Map.Entry<Nsys.Report, Path> report : stats.entrySet()) {
            CsvTable.read(report.getValue(), readers.get(report.getKey()));
        }
        return times;
    }

    private static Sum sum(CsvTable.Row row, String calls) {
        return new Sum(row.number("Total Time"), Math.round(row.number(calls)));
    }

    /** Up to about 2021 the column has no unit, and is in KiB. */
    private static double megabytes(CsvTable.Row row) {
        double total = row.number("Total");
        return row.unit("Total").equals("MB") ? total : total * KIB / 1e6;
    }

    private static String operation(CsvTable.Row row) {
        return row.text("Operation").replace("[", "").replace("]", "");
    }

    /** In the place of results that there are not. */
    static List<MetricValue> absent(String reason) {
        return List.of(
                MetricValue.absent(ms("kernel_time"), reason),
                MetricValue.absent(ms("memory_time"), reason),
                MetricValue.absent(IDLE, reason),
                MetricValue.absent(GAP, reason));
    }

    /** Secondary results, ms over all GPUs unless the name says otherwise. */
    List<MetricValue> results() {
        List<MetricValue> results = new ArrayList<>();
        results.add(millis("kernel_time", kernels, NO_KERNEL));
        results.add(millis("memory_time", memory, "the recording holds no memory operation"));
        double span = devices.values().stream().mapToDouble(Device::spanNanos).sum();
        if (span > 0) {
            results.add(MetricValue.of(
                    IDLE,
                    100
                            * devices.values().stream()
                                    .mapToDouble(d -> d.idleNanos)
                                    .sum()
                            / span));
            results.add(MetricValue.of(
                    GAP,
                    devices.values().stream()
                                    .mapToDouble(d -> d.longestGapNanos)
                                    .max()
                                    .orElseThrow()
                            / 1e6));
        } else {
            results.add(MetricValue.absent(IDLE, NO_KERNEL));
            results.add(MetricValue.absent(GAP, NO_KERNEL));
        }
        byTime(kernels).stream()
                .limit(TOP)
                .forEach(kernel -> results.add(MetricValue.of(
                        ms("kernel_time." + kernel.getKey()), kernel.getValue().nanos() / 1e6)));
        return results;
    }

    private static MetricValue millis(String name, Map<String, Sum> sums, String whyNot) {
        return sums.isEmpty()
                ? MetricValue.absent(ms(name), whyNot)
                : MetricValue.of(
                        ms(name), sums.values().stream().mapToDouble(Sum::nanos).sum() / 1e6);
    }

    private static Metric ms(String name) {
        return new Metric("nsys." + name, "ms", Direction.NONE);
    }

    private static List<Map.Entry<String, Sum>> byTime(Map<String, Sum> sums) {
        return sums.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Sum> entry) ->
                                entry.getValue().nanos())
                        .reversed())
                .toList();
    }

    /** A page for a human: kernels, memory operations, gaps. */
    String text(int rows) {
        StringBuilder text = new StringBuilder();
        table(text, "kernel", byTime(kernels), rows);
        text.append(System.lineSeparator());
        table(text, "memory operation", byTime(memory), rows);
        megabytes.forEach((operation, mb) -> text.append(String.format(Locale.ROOT, "%40.1f MB  %s%n", mb, operation)));
        text.append(System.lineSeparator());
        devices.forEach((name, device) -> text.append(String.format(
                Locale.ROOT,
                "%s: nothing to do for %.3f of %.3f ms (%.1f %%), %.3f ms at most at a time%n",
                name,
                device.idleNanos / 1e6,
                device.spanNanos() / 1e6,
                100 * device.idleNanos / device.spanNanos(),
                device.longestGapNanos / 1e6)));
        return text.toString();
    }

    private static void table(StringBuilder text, String what, List<Map.Entry<String, Sum>> sums, int rows) {
        double all =
                sums.stream().mapToDouble(entry -> entry.getValue().nanos()).sum();
        text.append(String.format("%12s %7s %10s %12s  %s%n", "ms", "share", "calls", "mean us", what));
        sums.stream()
                .limit(rows)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT,
                        "%12.3f %6.1f%% %10d %12.3f  %s%n",
                        entry.getValue().nanos() / 1e6,
                        100 * entry.getValue().nanos() / all,
                        entry.getValue().calls(),
                        entry.getValue().nanos() / 1e3 / entry.getValue().calls(),
                        entry.getKey())));
    }
}
