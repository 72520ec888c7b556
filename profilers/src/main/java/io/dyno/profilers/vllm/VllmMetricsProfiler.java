package io.dyno.profilers.vllm;

import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.ServerUrl;
import io.dyno.engine.WorkerHandle;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads {@code /metrics}, of several servers all, at an interval and at the edges of each window, on a thread of its own: the load's thread only hands over the
 * moment. An offline engine is asked before and after each batch, while nothing is timed. The series goes to a CSV file in the profiles folder.
 */
final class VllmMetricsProfiler implements Profiler {
    private static final String KV_CACHE = "vllm:kv_cache_usage_perc";

    static final List<String> SERIES = List.of(
            "vllm:num_requests_running",
            "vllm:num_requests_waiting",
            KV_CACHE,
            "vllm:num_preemptions_total",
            "vllm:prompt_tokens_total",
            "vllm:generation_tokens_total",
            "vllm:prefix_cache_queries_total",
            "vllm:prefix_cache_hits_total",
            "vllm:request_queue_time_seconds_sum",
            "vllm:request_queue_time_seconds_count",
            "vllm:request_prefill_time_seconds_sum",
            "vllm:request_prefill_time_seconds_count",
            "vllm:request_decode_time_seconds_sum",
            "vllm:request_decode_time_seconds_count",
            "vllm:spec_decode_num_draft_tokens_total",
            "vllm:spec_decode_num_accepted_tokens_total");

    private static final String PATH = "/metrics";

    private final long intervalMillis;
    private final List<Path> files = new ArrayList<>();

    private Pages pages;
    private boolean offline;
    private ScheduledExecutorService reader;
    private BufferedWriter series;
    private long pointStart;
    private WindowReadings current;
    private final List<WindowReadings> complete = new ArrayList<>();
    private long readings;
    private long failures;
    private IOException lastFailure;
    private IOException unwritten;

    VllmMetricsProfiler(long intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    /** Where the counters of an engine are read: a page a server or replica. */
    private interface Pages {
        List<String> read() throws IOException, InterruptedException;
    }

    @Override
    public void engineReady(EngineHandle engine) {
        close();
        files.clear();
        offline = engine instanceof WorkerHandle;
        pages = engine instanceof WorkerHandle worker ? worker::metrics : ofServers(engine.urls(), engine.headers());
    }

    /** Over HTTP/1.1: at each offer of HTTP/2, which Java's client makes by itself, vLLM's server would log a warning. */
    private static Pages ofServers(List<URI> urls, Map<String, String> headers) {
        Map<URI, ControlClient> servers = new LinkedHashMap<>();
        urls.forEach(url -> servers.put(url, new ControlClient(url, headers)));
        return () -> {
            List<String> texts = new ArrayList<>();
            for (Map.Entry<URI, ControlClient> server : servers.entrySet()) {
                texts.add(page(ServerUrl.endpoint(server.getKey(), PATH), server.getValue()));
            }
            return texts;
        };
    }

    private static String page(URI page, ControlClient server) throws IOException, InterruptedException {
        ControlClient.Answer answer;
        try {
            answer = server.get(PATH);
        } catch (ConnectException e) {
            throw new IOException(page + " takes no connection", e); // Java gives it no message
        } catch (IOException e) {
            throw new IOException(page + " gave no answer: " + e.getMessage(), e);
        }
        if (!answer.ok()) {
            throw new IOException(page + " answered " + answer.status());
        }
        return answer.body();
    }

    @Override
    public void pointStarted(PointContext point) throws IOException {
        close(); // an earlier point that was never ended
        Path file = point.file("vllm", ".csv");
        series = Files.newBufferedWriter(file);
        series.write("seconds," + String.join(",", SERIES) + "\n");
        files.add(file);
        complete.clear();
        current = null;
        readings = 0;
        failures = 0;
        lastFailure = null;
        unwritten = null;
        pointStart = System.nanoTime();
        reader = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "dyno-prof-vllm");
            thread.setDaemon(true);
            return thread;
        });
        if (!offline) {
            Future<?> unused = reader.scheduleAtFixedRate(() -> read(), 0, intervalMillis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration) {
        onReader(() -> {
            current = new WindowReadings(kind, iteration, !offline);
            read();
        });
    }

    @Override
    public void windowEnded(Window window) {
        onReader(() -> {
            read();
            if (current != null) {
                complete.add(current);
                current = null;
            }
        });
    }

    /** A server's load goes on meanwhile; before and after a batch there is time, and in it an offline engine answers nobody. */
    private void onReader(Runnable task) {
        Future<?> done = reader.submit(task);
        try {
            if (offline) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Runs on the reader's thread only, like everything that touches the readings while a load runs. */
    private void read() {
        MetricsPage page;
        readings++;
        try {
            page = MetricsPage.parse(pages.read());
        } catch (IOException e) {
            failures++;
            lastFailure = e;
            if (current != null) {
                current.failed(e.getMessage());
            }
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (current != null) {
            current.add(page);
        }
        if (unwritten == null) {
            try {
                row(page);
            } catch (IOException e) {
                unwritten = e;
            }
        }
    }

    private void row(MetricsPage page) throws IOException {
        StringBuilder row =
                new StringBuilder(String.format(Locale.ROOT, "%.3f", (System.nanoTime() - pointStart) / 1e9));
        for (String name : SERIES) {
            OptionalDouble value = name.equals(KV_CACHE) ? page.max(name) : page.sum(name); // a sum of shares is none
            row.append(',').append(value.isPresent() ? Double.toString(value.getAsDouble()) : "");
        }
        series.write(row.append('\n').toString());
    }

    @Override
    public List<ProfilerResult> pointEnded() throws Exception {
        reader.shutdown();
        if (!reader.awaitTermination(15, TimeUnit.SECONDS)) {
            reader.shutdownNow();
        }
        reader = null;
        closeSeries();
        List<ProfilerResult> results = new ArrayList<>();
        for (WindowReadings readings : complete) {
            results.addAll(readings.results());
        }
        if (complete.isEmpty() && lastFailure != null) {
            throw new IOException("the engine's counters could not be read: " + lastFailure.getMessage(), lastFailure);
        }
        return results;
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (failures > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%d of %d readings of the engine's counters failed, the last one: %s",
                    failures,
                    readings,
                    lastFailure.getMessage()));
        }
        if (unwritten != null) {
            notes.add("the series of the engine's counters ends early: " + unwritten.getMessage());
        }
        preempted().ifPresent(notes::add);
        return notes;
    }

    /** With vLLM's own remedies. */
    private Optional<String> preempted() {
        List<Double> known = complete.stream()
                .map(WindowReadings::preemptions)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList();
        double preemptions = known.stream().mapToDouble(count -> count).sum();
        return preemptions == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%.0f preemptions in %d of %d windows: the KV cache was full, and what was computed for these requests"
                                + " is computed again; raise gpuMemoryUtilization, tp or pp, or lower maxNumSeqs or"
                                + " maxNumBatchedTokens",
                        preemptions,
                        known.stream().filter(count -> count > 0).count(),
                        known.size()));
    }

    @Override
    public List<Path> engineStopped() {
        close();
        return List.copyOf(files);
    }

    /** Ends the readings of a point that was not ended itself: the profiler failed in it, or the engine ended. */
    private void close() {
        if (reader == null) {
            return;
        }
        reader.shutdownNow();
        try {
            if (!reader.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread that reads the engine's counters does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader = null;
        closeSeries();
    }

    private void closeSeries() {
        try {
            series.close();
        } catch (IOException e) {
            unwritten = e;
        }
    }
}
