package io.dyno.profilers.nvml;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.GpuUse;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Samples the engine's GPUs at an interval and at the edges of each window, on a thread of its own: the load's thread only hands over the moment.
 * A GPU that is lost ends the sampling of the fork, never the run.
 */
final class NvmlProfiler implements Profiler {
    private static final int CLOSE_SECONDS = 15;

    private final Duration interval;
    private final Duration idle;
    private final List<Path> files = new ArrayList<>();

    private Nvml nvml;
    private List<EngineGpu> gpus = List.of();
    /** The lowest of this run: right after another engine, GPUs are still on their way down. */
    private Double idleWatts;

    private ScheduledExecutorService sampler;
    private SampleFile series;

    /** The windows of the point by kind and number; touched on the sampler's thread while a load runs. */
    private final Map<String, Sampled> windows = new LinkedHashMap<>();

    /** NVML's words when a GPU was lost, and when a sample could not be taken. */
    private String lost;

    private String unread;
    private IOException unwritten;

    NvmlProfiler(Duration interval, Duration idle) {
        this.interval = interval;
        this.idle = idle;
    }

    /** A window with what becomes known of it, bit by bit. */
    private static final class Sampled {
        final WindowSamples samples = new WindowSamples();
        boolean open = true;
        Window window;
        WindowResult result;
        double rateSeconds;
        String lost;
    }

    @Override
    public void engineStarting(EngineContext engine, GpuUse use) throws Exception {
        if (nvml == null) {
            nvml = Nvml.open();
        }
        lost = null;
        unread = null;
        gpus = EngineGpu.of(nvml, use);
        if (gpus.isEmpty()) {
            throw new IOException("CUDA_VISIBLE_DEVICES leaves the engine no GPU");
        }
        if (!idle.isZero()) {
            Double watts = idlePower();
            if (watts != null) {
                idleWatts = idleWatts == null ? watts : Double.valueOf(Math.min(idleWatts, watts));
            }
        }
    }

    private Double idlePower() throws NvmlException, InterruptedException {
        WindowSamples samples = new WindowSamples();
        long end = System.nanoTime() + idle.toNanos();
        samples.add(GpuSample.of(gpus));
        for (long left = idle.toNanos(); left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, interval.toNanos()));
            samples.add(GpuSample.of(gpus));
        }
        Double counted = samples.counterWatts();
        List<Double> sampled = samples.sampledWatts();
        return counted != null || sampled.isEmpty()
                ? counted
                : Double.valueOf(sampled.stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElseThrow());
    }

    /** A server that somebody else started elsewhere has GPUs that are not here. */
    @Override
    public void engineReady(EngineHandle engine) throws IOException {
        if (engine.pids().isEmpty()
                && engine.baseUrl() != null
                && !local(engine.baseUrl().getHost())) {
            throw new IOException("the GPUs of " + engine.baseUrl()
                    + " are not this machine's; run Dyno beside the server to measure them");
        }
    }

    private static boolean local(String host) throws IOException {
        return InetAddress.getByName(host).isLoopbackAddress();
    }

    @Override
    public void pointStarted(PointContext point) throws IOException {
        Path file = point.file("nvml", ".csv");
        files.add(file);
        series = new SampleFile(file, System.nanoTime());
        windows.clear();
        unwritten = null;
        sampler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "dyno-prof-nvml");
            thread.setDaemon(true);
            return thread;
        });
        Future<?> unused = sampler.scheduleAtFixedRate(this::sample, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String key(Window.Kind kind, int iteration) {
        return kind + " " + iteration;
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration) {
        sampler.execute(() -> {
            windows.put(key(kind, iteration), new Sampled());
            sample();
        });
    }

    @Override
    public void windowEnded(Window window) {
        sampler.execute(() -> {
            sample();
            Sampled ended = windows.get(key(window.kind(), window.iteration()));
            if (ended != null) {
                ended.open = false;
                ended.window = window;
                ended.lost = lost != null ? lost : ended.samples.isEmpty() ? unread : null;
            }
        });
    }

    @Override
    public void windowComplete(WindowResult result, double rateSeconds) {
        Window window = result.window();
        sampler.execute(() -> {
            Sampled complete = windows.get(key(window.kind(), window.iteration()));
            if (complete != null) {
                complete.result = result;
                complete.rateSeconds = rateSeconds;
            }
        });
    }

    /** Runs on the sampler's thread only. */
    private void sample() {
        if (lost != null) {
            return;
        }
        try {
            List<GpuSample> row = GpuSample.of(gpus);
            windows.values().stream().filter(window -> window.open).forEach(window -> window.samples.add(row));
            series.add(row);
        } catch (NvmlException e) {
            unread = e.getMessage();
            if (e.lost()) {
                lost = unread;
            }
        } catch (IOException e) {
            unwritten = e;
        }
    }

    @Override
    public List<ProfilerResult> pointEnded() throws Exception {
        sampler.shutdown();
        if (!sampler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            sampler.shutdownNow();
        }
        series.close();
        if (unwritten != null) {
            throw unwritten;
        }
        List<ProfilerResult> results = new ArrayList<>();
        for (Sampled sampled : windows.values()) {
            if (sampled.window != null) {
                results.addAll(new WindowFigures(
                                sampled.window,
                                sampled.samples,
                                sampled.result,
                                sampled.rateSeconds,
                                idleWatts,
                                sampled.lost)
                        .results());
            }
        }
        return results;
    }

    @Override
    public List<Path> engineStopped() {
        List<Path> written = List.copyOf(files);
        files.clear();
        return written;
    }
}
