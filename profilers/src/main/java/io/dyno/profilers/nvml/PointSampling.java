package io.dyno.profilers.nvml;

import io.dyno.metrics.Window;
import io.dyno.metrics.WindowResult;
import io.dyno.profile.ProfilerResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Samples GPUs while one point is measured, at an interval and at the edges of each window, on a thread of its own: the load's thread only hands
 * over. It may do so late; then the samples that are nearest to an edge tell, and how near they are.
 */
final class PointSampling {
    private static final int CLOSE_SECONDS = 15;

    /** Samples are kept so long for a window that is told of late. */
    private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<EngineGpu> gpus;
    private final SampleFile series;
    private final ScheduledExecutorService sampler;

    /** The load's time 0. */
    private volatile long origin;

    // All below are the sampler's thread's until that has ended.
    private final Deque<List<GpuSample>> recent = new ArrayDeque<>();
    private final Map<String, Sampled> windows = new LinkedHashMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private int rows;
    private String lost;
    private long lostAt;
    private IOException unwritten;

    /** Begins at once. */
    PointSampling(List<EngineGpu> gpus, Duration interval, Path file) throws IOException {
        this.gpus = gpus;
        this.origin = System.nanoTime();
        this.series = new SampleFile(file, origin, gpus);
        this.sampler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "dyno-prof-nvml");
            thread.setDaemon(true);
            return thread;
        });
        // With a delay, not at a rate: samples that take longer than the interval must not pile up before a window's
        // edge.
        Future<?> unused = sampler.scheduleWithFixedDelay(this::sample, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A window with what becomes known of it, bit by bit. */
    private static final class Sampled {
        final WindowSamples samples;
        boolean open = true;
        Window window;
        WindowResult result;
        double rateSeconds;

        Sampled(Iterable<List<GpuSample>> before) {
            List<List<GpuSample>> rows = new ArrayList<>();
            before.forEach(rows::add);
            samples = new WindowSamples(rows);
        }
    }

    void loadStarted(long loadOrigin) {
        origin = loadOrigin;
    }

    private static String key(Window.Kind kind, int iteration) {
        return kind + " " + iteration;
    }

    void windowStarted(Window.Kind kind, int iteration) {
        sampler.execute(() -> {
            windows.put(key(kind, iteration), new Sampled(recent));
            sample();
        });
    }

    void windowEnded(Window window) {
        sampler.execute(() -> {
            sample();
            Sampled ended = windows.get(key(window.kind(), window.iteration()));
            if (ended != null) {
                ended.open = false;
                ended.window = window;
            }
        });
    }

    void windowComplete(WindowResult result, double rateSeconds) {
        Window window = result.window();
        sampler.execute(() -> {
            Sampled complete = windows.get(key(window.kind(), window.iteration()));
            if (complete != null) {
                complete.result = result;
                complete.rateSeconds = rateSeconds;
            }
        });
    }

    /** Runs on the sampler's thread only. Whatever goes wrong costs this sample: an exception would end all that are still to come. */
    private void sample() {
        if (lost != null) {
            return;
        }
        rows++;
        try {
            take(GpuSample.of(gpus));
        } catch (NvmlException e) { // others were left out of the row
            lost = e.getMessage();
            lostAt = System.nanoTime();
        } catch (IOException e) {
            unwritten = e;
        } catch (RuntimeException | LinkageError e) {
            failures.merge("no sample: " + e, 1, Integer::sum);
        }
    }

    private void take(List<GpuSample> row) throws IOException {
        recent.addLast(row);
        while (row.get(0).nanos() - recent.getFirst().get(0).nanos() > RECENT_NANOS) {
            recent.removeFirst();
        }
        windows.values().stream().filter(window -> window.open).forEach(window -> window.samples.add(row));
        for (GpuSample sample : row) {
            sample.failed()
                    .forEach((about, words) ->
                            failures.merge("no " + about + " of GPU " + sample.gpu() + ": " + words, 1, Integer::sum));
        }
        series.add(row);
    }

    /**
     * Ends it.
     *
     * @throws IOException when its file could not be written, or NVML does not answer any more
     */
    void end() throws IOException, InterruptedException {
        sampler.shutdown();
        if (!sampler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            abandon();
            throw new IOException("NVML has not answered for " + CLOSE_SECONDS + " s");
        }
        series.close();
        if (unwritten != null) {
            throw unwritten;
        }
    }

    /** Ends it without a result. */
    void abandon() {
        sampler.shutdownNow();
        series.close();
    }

    /** The windows' figures. Once it has ended. */
    List<ProfilerResult> results(IdlePower idle) {
        List<ProfilerResult> results = new ArrayList<>();
        for (Sampled sampled : windows.values()) {
            if (sampled.window != null) {
                long begin = origin + sampled.window.start();
                boolean cut = lost != null && lostAt < origin + sampled.window.end();
                results.addAll(new WindowFigures(
                                sampled.window,
                                begin,
                                sampled.samples,
                                sampled.result,
                                sampled.rateSeconds,
                                idle,
                                cut ? lost : null)
                        .results());
            }
        }
        return results;
    }

    /** What did not go well, a line each. Once it has ended. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        failures.forEach(
                (what, times) -> notes.add("nvml: in " + times + " of " + rows + " samples there was " + what));
        if (lost != null) {
            notes.add("nvml: sampling ended: " + lost);
        }
        return notes;
    }
}
