package io.dyno.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPUs as {@code nvidia-smi -L} lists them, or, where it does not answer, as device files {@code /dev/nvidia0…}; of these the ones that
 * {@code CUDA_VISIBLE_DEVICES} leaves. They are numbered as CUDA does it, by their order among those that are here: a container that was given
 * {@code /dev/nvidia3} alone has a GPU 0. Names and uuids are known from nvidia-smi only; memory is not known. Nobody watches them.
 */
final class SystemGpuProbe implements GpuProbe {
    private static final Pattern LISTED = Pattern.compile("GPU \\d+: (.+) \\(UUID: (GPU-[^)]+)\\)");
    private static final Pattern DEVICE = Pattern.compile("nvidia(\\d+)");

    /** nvidia-smi takes a second or two to wake GPUs without persistence mode; longer than this it hangs. */
    private static final long ANSWER_SECONDS = 20;

    private final Path dev;
    private final Optional<Path> nvidiaSmi;
    private final String visibleDevices;
    private final List<String> unwatched;
    private List<Gpu> found;

    /**
     * This machine's.
     *
     * @param unwatched why no other probe could be used
     */
    SystemGpuProbe(List<String> unwatched) {
        this(Path.of("/dev"), Executables.find("nvidia-smi"), System.getenv(VisibleDevices.VARIABLE), unwatched);
    }

    SystemGpuProbe(Path dev, Optional<Path> nvidiaSmi, String visibleDevices, List<String> unwatched) {
        this.dev = dev;
        this.nvidiaSmi = nvidiaSmi;
        this.visibleDevices = visibleDevices;
        this.unwatched = List.copyOf(unwatched);
    }

    @Override
    public List<Gpu> gpus() {
        return VisibleDevices.of(all(), visibleDevices);
    }

    private synchronized List<Gpu> all() {
        if (found == null) {
            List<Gpu> listed = nvidiaSmi.map(SystemGpuProbe::list).orElse(List.of());
            found = listed.isEmpty() ? deviceFiles() : listed;
        }
        return found;
    }

    @Override
    public List<String> unwatched() {
        return all().isEmpty() ? List.of() : List.of(why());
    }

    @Override
    public GpuGuard guard(GpuUse use) {
        return VisibleDevices.of(all(), use.visibleDevices()).isEmpty() ? GpuGuard.NONE : GpuGuard.unwatched(why());
    }

    private String why() {
        return unwatched.isEmpty() ? "nothing here can ask the driver" : String.join("; ", unwatched);
    }

    /** What {@code nvidia-smi -L} printed, as GPUs; its lines about MIG slices are not GPUs. */
    static List<Gpu> parse(String output) {
        List<Gpu> listed = new ArrayList<>();
        output.lines()
                .map(LISTED::matcher)
                .filter(Matcher::matches)
                .forEach(m -> listed.add(new Gpu(listed.size(), m.group(2), m.group(1), null)));
        return listed;
    }

    private List<Gpu> deviceFiles() {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dev, "nvidia[0-9]*")) {
            for (Path file : files) {
                Matcher m = DEVICE.matcher(file.getFileName().toString());
                if (m.matches()) {
                    numbers.add(Integer.parseInt(m.group(1)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // no /dev to look into: a system without NVIDIA's driver
        }
        numbers.sort(null);
        List<Gpu> files = new ArrayList<>();
        numbers.forEach(number -> files.add(new Gpu(files.size(), null, null, null)));
        return files;
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
