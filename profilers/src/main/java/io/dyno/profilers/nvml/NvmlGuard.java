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
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at the GPUs of an engine twice a second and at the edges of windows, on a thread of its own; whoever asks for doubts gets what that thread
 * has found.
 */
final class NvmlGuard implements GpuGuard {
    private static final long INTERVAL_MILLIS = 500;

    /** A look at eight GPUs takes a few ms. */
    private static final long LOOK_MILLIS = 2_000;

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
    private final String unwatched;
    private boolean comparable = outsideOfContainers();

    private NvmlGuard(List<EngineGpu> gpus, String unwatched) {
        this.gpus = gpus;
        this.unwatched = unwatched;
        ourPids.add(ProcessHandle.current().pid());
        gpus.forEach(gpu -> doubts.add(new GpuDoubts(gpu.index(), GuardReading.of(gpu), NvmlGuard::nameInBrackets)));
    }

    /**
     * Takes down how the GPUs are now, and watches them from the moment the engine is ready.
     *
     * @param unwatched why others that the engine may have are not watched, or null
     */
    static NvmlGuard watch(List<EngineGpu> gpus, String unwatched) {
        return new NvmlGuard(gpus, unwatched);
    }

    @Override
    public void engineReady(List<Long> pids) {
        synchronized (this) {
            ourPids.addAll(pids);
        }
        Future<?> unused =
                watch.scheduleWithFixedDelay(this::lookOrSayWhyNot, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Why the last look failed, or null: an exception would end all looks that are still to come. */
    private String lookOrSayWhyNot() {
        try {
            look();
            return null;
        } catch (RuntimeException | LinkageError e) {
            return e.toString();
        }
    }

    /** One look at all GPUs that are still there. */
    private void look() {
        List<GuardReading> readings = gpus.stream().map(GuardReading::of).toList();
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

    /** One more look now, so that the time up to this moment has been looked at however short it was; null, or why there was none. */
    private String lookNow() {
        Future<String> look;
        try {
            look = watch.submit(this::lookOrSayWhyNot);
        } catch (RejectedExecutionException e) {
            return "the watch has ended";
        }
        try {
            return look.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return "NVML has not answered for " + LOOK_MILLIS / 1000 + " s";
        } catch (ExecutionException | CancellationException e) {
            return "the watch has ended";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the run was interrupted";
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
    public List<String> doubts() {
        String blind = lookNow();
        synchronized (this) {
            ByCode byCode = new ByCode();
            doubts.forEach(gpu -> byCode.add(gpu.drain()));
            if (unwatched != null) {
                byCode.add(Map.of("gpu_unwatched", unwatched));
            }
            if (blind != null) {
                byCode.add(Map.of("gpu_unwatched", "the GPUs could not be looked at: " + blind));
            }
            return byCode.texts();
        }
    }

    /** Doubts of several GPUs, a line a code. */
    private static final class ByCode {
        private final Map<String, List<String>> texts = new LinkedHashMap<>();

        void add(Map<String, String> doubts) {
            doubts.forEach((code, text) ->
                    texts.computeIfAbsent(code, c -> new ArrayList<>()).add(text));
        }

        List<String> texts() {
            return texts.entrySet().stream()
                    .map(e -> e.getKey() + ": " + String.join("; ", e.getValue()))
                    .toList();
        }
    }

    @Override
    public List<String> engineStopped() {
        close();
        ByCode byCode = new ByCode();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETURN_MILLIS);
        for (int i = 0; i < gpus.size(); i++) {
            GpuDoubts gpu = doubts.get(i);
            GuardReading now = GuardReading.of(gpus.get(i));
            while (!gpu.returned(now) && System.nanoTime() < deadline) {
                try {
                    TimeUnit.MILLISECONDS.sleep(RETURN_STEP_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return List.of();
                }
                now = GuardReading.of(gpus.get(i));
            }
            if (!gpu.returned(now)) {
                byCode.add(Map.of("gpu_memory_not_returned", gpu.notReturned(now)));
            }
            synchronized (this) { // a last look may still be on its way
                byCode.add(gpu.atTheEnd(now));
            }
        }
        return byCode.texts();
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
