package io.dyno.profilers.nvml;

import io.dyno.engine.GpuGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the GPUs of an engine twice a second, on a thread of its own; whoever asks for doubts gets what that thread has found. */
final class NvmlGuard implements GpuGuard {
    private static final long INTERVAL_MILLIS = 500;

    /** The driver frees the memory of a process that ended within milliseconds; a process that hangs in its end takes longer. */
    private static final long RETURN_MILLIS = 5_000;

    private static final long RETURN_STEP_MILLIS = 100;

    /** Inode of the initial PID namespace, the kernel's {@code PROC_PID_INIT_INO}: outside of any container. */
    private static final String INITIAL_NAMESPACE = "pid:[4026531836]";

    private final List<EngineGpu> gpus;
    private final List<GpuDoubts> doubts = new ArrayList<>();
    private final Set<Long> ourPids = new HashSet<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "dyno-gpu-guard");
        thread.setDaemon(true);
        return thread;
    });
    private boolean comparable = outsideOfContainers();

    private NvmlGuard(List<EngineGpu> gpus) {
        this.gpus = gpus;
        ourPids.add(ProcessHandle.current().pid());
        gpus.forEach(gpu ->
                doubts.add(new GpuDoubts(gpu.index(), GuardReading.of(gpu.device()), NvmlGuard::nameInBrackets)));
    }

    /** Takes down how the GPUs are now, and watches them from the moment the engine is ready. */
    static NvmlGuard watch(List<EngineGpu> gpus) {
        return new NvmlGuard(gpus);
    }

    @Override
    public void engineReady(List<Long> pids) {
        synchronized (this) {
            ourPids.addAll(pids);
        }
        Future<?> unused = watch.scheduleAtFixedRate(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One look at all GPUs that are still there. */
    void look() {
        List<GuardReading> readings =
                gpus.stream().map(gpu -> GuardReading.of(gpu.device())).toList();
        synchronized (this) {
            comparable |= readings.stream()
                    .filter(reading -> reading.processes() != null)
                    .flatMap(reading -> reading.processes().stream())
                    .anyMatch(process -> ours(process.pid()));
            for (int i = 0; i < gpus.size(); i++) {
                doubts.get(i).observe(readings.get(i), this::ours, comparable);
            }
        }
    }

    /** Whether a process descends from one of ours. */
    private boolean ours(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (process.isPresent()) {
            if (ourPids.contains(process.get().pid())) {
                return true;
            }
            process = process.get().parent();
        }
        return false;
    }

    @Override
    public synchronized List<String> doubts() {
        Map<String, List<String>> byCode = new LinkedHashMap<>();
        doubts.forEach(gpu -> gpu.drain().forEach((code, text) -> byCode.computeIfAbsent(code, c -> new ArrayList<>())
                .add(text)));
        return byCode.entrySet().stream()
                .map(e -> e.getKey() + ": " + String.join("; ", e.getValue()))
                .toList();
    }

    @Override
    public List<String> engineStopped() {
        close();
        List<String> kept = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETURN_MILLIS);
        for (int i = 0; i < gpus.size(); i++) {
            GuardReading now = GuardReading.of(gpus.get(i).device());
            while (!doubts.get(i).returned(now) && System.nanoTime() < deadline) {
                try {
                    TimeUnit.MILLISECONDS.sleep(RETURN_STEP_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return List.of();
                }
                now = GuardReading.of(gpus.get(i).device());
            }
            if (!doubts.get(i).returned(now)) {
                kept.add(doubts.get(i).notReturned(now));
            }
        }
        return kept.isEmpty() ? List.of() : List.of("gpu_memory_not_returned: " + String.join("; ", kept));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private static boolean outsideOfContainers() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .equals(INITIAL_NAMESPACE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static String nameInBrackets(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> " (" + Path.of(command).getFileName() + ")")
                .orElse("");
    }
}
