package io.dyno.profilers.nvml;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.engine.VisibleDevices;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code -prof nvml}. A GPU that is lost ends the sampling of the fork, never the run. */
final class NvmlProfiler implements Profiler {
    private final Duration interval;
    private final Duration idle;
    private final List<Path> files = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Nvml nvml;
    private MachineGpus machine;
    private GpuUse use;
    private List<EngineGpu> gpus = List.of();

    /** The lowest of this run, by GPUs: right after another engine, they are still on their way down. */
    private final Map<List<String>, IdlePower> idlePower = new HashMap<>();

    /** Of the point that is being measured, or null. */
    private PointSampling sampling;

    NvmlProfiler(Duration interval, Duration idle) {
        this.interval = interval;
        this.idle = idle;
    }

    @Override
    public void engineStarting(EngineContext engine, GpuUse gpuUse) throws Exception {
        if (nvml == null) {
            nvml = Nvml.open();
            machine = MachineGpus.of(nvml);
        }
        use = gpuUse;
        gpus = machine.usedBy(nvml, use);
        if (gpus.isEmpty()) {
            throw new IOException("CUDA_VISIBLE_DEVICES leaves the engine no GPU"
                    + machine.leftOut().stream().map(why -> "; " + why).collect(Collectors.joining()));
        }
        if (!idle.isZero()) {
            IdlePower measured = IdlePower.of(idleSamples());
            if (measured != null) {
                idlePower.merge(uuids(), measured, (a, b) -> a.watts() <= b.watts() ? a : b);
            }
        }
    }

    private List<String> uuids() {
        return gpus.stream().map(EngineGpu::toString).toList();
    }

    private WindowSamples idleSamples() throws NvmlException, InterruptedException {
        WindowSamples samples = new WindowSamples();
        long end = System.nanoTime() + idle.toNanos();
        samples.add(GpuSample.of(gpus));
        for (long left = idle.toNanos(); left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, interval.toNanos()));
            samples.add(GpuSample.of(gpus));
        }
        return samples;
    }

    /** A server that somebody else started has GPUs that are not here, or does not say which of them. */
    @Override
    public void engineReady(EngineHandle engine) throws IOException, NvmlException {
        if (!engine.pids().isEmpty() || engine.baseUrl() == null) {
            return;
        }
        if (!local(engine.baseUrl().getHost())) {
            throw new IOException("the GPUs of " + engine.baseUrl()
                    + " are not this machine's; run Dyno beside the server to measure them");
        }
        if (machine != null && machine.devices().size() > 1 && use.visibleDevices() == null) {
            throw new IOException("this machine has " + machine.devices().size()
                    + " GPUs, and a server does not say which are its own; set " + VisibleDevices.VARIABLE
                    + " for Dyno as it is set for the server" + busy());
        }
        if (!gpus.isEmpty()) {
            notes.add("nvml measures " + gpus.stream().map(EngineGpu::toString).collect(Collectors.joining(", "))
                    + " for " + engine.baseUrl());
        }
    }

    /** Those on which somebody computes. */
    private String busy() throws NvmlException {
        List<String> busy = new ArrayList<>();
        for (EngineGpu gpu : gpus) {
            List<?> processes = new Questions().ask("processes", gpu.device()::computeProcesses);
            if (processes != null && !processes.isEmpty()) {
                busy.add(Integer.toString(gpu.index()));
            }
        }
        return busy.isEmpty() ? "" : " (processes compute on " + String.join(", ", busy) + ")";
    }

    private static boolean local(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || NetworkInterface.getByInetAddress(address) != null;
    }

    @Override
    public void pointStarted(PointContext point) throws IOException {
        abandon();
        Path file = point.file("nvml", ".csv");
        files.add(file);
        sampling = new PointSampling(gpus, interval, file);
    }

    @Override
    public void loadStarted(long origin) {
        sampling.loadStarted(origin);
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration) {
        sampling.windowStarted(kind, iteration);
    }

    @Override
    public void windowEnded(Window window) {
        sampling.windowEnded(window);
    }

    @Override
    public void windowComplete(WindowResult result, double rateSeconds) {
        sampling.windowComplete(result, rateSeconds);
    }

    @Override
    public List<ProfilerResult> pointEnded() throws Exception {
        PointSampling ended = sampling;
        ended.end();
        sampling = null;
        notes.addAll(ended.notes());
        return ended.results(idlePower.get(uuids()));
    }

    @Override
    public List<String> notes() {
        List<String> told = List.copyOf(notes);
        notes.clear();
        return told;
    }

    @Override
    public List<Path> engineStopped() {
        abandon();
        List<Path> written = List.copyOf(files);
        files.clear();
        return written;
    }

    /** A point that did not end, as when its load failed, has nobody else to end its sampling. */
    private void abandon() {
        if (sampling != null) {
            sampling.abandon();
            sampling = null;
        }
    }
}
