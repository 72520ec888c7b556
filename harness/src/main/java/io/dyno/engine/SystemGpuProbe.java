package io.dyno.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPUs as {@code nvidia-smi -L} lists them, or, where it does not answer, as device files {@code /dev/nvidia0…}; of these the ones that
 * {@code CUDA_VISIBLE_DEVICES} leaves. Names and uuids are known from nvidia-smi only; memory is not known.
 */
final class SystemGpuProbe implements GpuProbe {
    private static final Pattern LISTED = Pattern.compile("GPU (\\d+): (.+) \\(UUID: (GPU-[^)]+)\\)");
    private static final Pattern DEVICE = Pattern.compile("nvidia(\\d+)");

    /** nvidia-smi takes a second or two to wake GPUs without persistence mode; longer than this it hangs. */
    private static final long ANSWER_SECONDS = 20;

    private final Path dev;
    private final Optional<Path> nvidiaSmi;
    private final String visibleDevices;

    SystemGpuProbe() {
        this(Path.of("/dev"), Executables.find("nvidia-smi"), System.getenv(VisibleDevices.VARIABLE));
    }

    SystemGpuProbe(Path dev, Optional<Path> nvidiaSmi, String visibleDevices) {
        this.dev = dev;
        this.nvidiaSmi = nvidiaSmi;
        this.visibleDevices = visibleDevices;
    }

    @Override
    public List<Gpu> gpus() {
        List<Gpu> listed = nvidiaSmi.map(SystemGpuProbe::list).orElse(List.of());
        return VisibleDevices.of(listed.isEmpty() ? deviceFiles() : listed, visibleDevices);
    }

    /** What {@code nvidia-smi -L} printed, as GPUs; its lines about MIG slices are not GPUs. */
    static List<Gpu> parse(String output) {
        return output.lines()
                .map(LISTED::matcher)
                .filter(Matcher::matches)
                .map(m -> new Gpu(Integer.parseInt(m.group(1)), m.group(3), m.group(2), null))
                .toList();
    }

    private List<Gpu> deviceFiles() {
        List<Gpu> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dev, "nvidia[0-9]*")) {
            for (Path file : files) {
                Matcher m = DEVICE.matcher(file.getFileName().toString());
                if (m.matches()) {
                    found.add(new Gpu(Integer.parseInt(m.group(1)), null, null, null));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // no /dev to look into: a system without NVIDIA's driver
        }
        found.sort(Comparator.comparingInt(Gpu::index));
        return found;
    }

    private static List<Gpu> list(Path nvidiaSmi) {
        try {
            Process process = new ProcessBuilder(nvidiaSmi.toString(), "-L")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process));
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            return process.exitValue() == 0 ? parse(output.join()) : List.of();
        } catch (IOException e) {
            return List.of(); // it cannot be run: device files decide
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static String text(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
