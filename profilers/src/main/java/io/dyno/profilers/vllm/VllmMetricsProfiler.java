package io.dyno.profilers.vllm;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.ServerUrl;
import io.dyno.engine.WorkerHandle;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    static final List<String> SERIES = List.of(
            "vllm:num_requests_running",
            "vllm:num_requests_waiting",
            "vllm:kv_cache_usage_perc",
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

    private final long intervalMillis;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final List<Path> files = new ArrayList<>();

    private Pages pages;
    private boolean offline;
    private ScheduledExecutorService reader;
    private BufferedWriter series;
    private long pointStart;
    private WindowReadings current;
    private final List<WindowReadings> complete = new ArrayList<>();
    private IOException lastFailure;

    VllmMetricsProfiler(long intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    /** Where the counters of an engine are read: a page a server or replica. */
    private interface Pages {
        List<String> read() throws IOException, InterruptedException;
    }

    @Override
    public void engineReady(EngineHandle engine) {
        files.clear();
        offline = engine instanceof WorkerHandle;
        pages = engine instanceof WorkerHandle worker ? worker::metrics : ofServers(engine.urls(), engine.headers());
    }

    private Pages ofServers(List<URI> urls, Map<String, String> headers) {
        return () -> {
            List<String> texts = new ArrayList<>();
            for (URI url : urls) {
                texts.add(get(ServerUrl.endpoint(url, "/metrics"), headers));
            }
            return texts;
        };
    }

    @Override
    public void pointStarted(PointContext point) throws IOException {
        Path file = point.file("vllm", ".csv");
        series = Files.newBufferedWriter(file);
        series.write("seconds," + String.join(",", SERIES) + "\n");
        files.add(file);
        complete.clear();
        current = null;
        lastFailure = null;
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
        try {
            MetricsPage page = MetricsPage.parse(String.join("\n", pages.read()));
            if (current != null) {
                current.add(page);
            }
            row(page);
        } catch (IOException e) {
            lastFailure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String get(URI page, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(5));
        headers.forEach(request::header);
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(page + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private void row(MetricsPage page) throws IOException {
        StringBuilder row =
                new StringBuilder(String.format(Locale.ROOT, "%.3f", (System.nanoTime() - pointStart) / 1e9));
        for (String name : SERIES) {
            OptionalDouble value = page.sum(name);
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
        series.close();
        List<ProfilerResult> results = new ArrayList<>();
        for (WindowReadings readings : complete) {
            results.addAll(readings.results());
        }
        if (results.isEmpty() && lastFailure != null) {
            throw new IOException("the engine's counters could not be read: " + lastFailure.getMessage(), lastFailure);
        }
        return results;
    }

    /** vLLM's own remedies. */
    @Override
    public List<String> notes() {
        long windows =
                complete.stream().filter(readings -> readings.preemptions() > 0).count();
        double preemptions =
                complete.stream().mapToDouble(WindowReadings::preemptions).sum();
        return windows == 0
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "%.0f preemptions in %d of %d windows: the KV cache was full, and what was computed for these requests"
                                + " is computed again; raise gpuMemoryUtilization, tp or pp, or lower maxNumSeqs or"
                                + " maxNumBatchedTokens",
                        preemptions,
                        windows,
                        complete.size()));
    }

    @Override
    public List<Path> engineStopped() {
        return List.copyOf(files);
    }
}
