package io.dyno.profilers.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.dyno.engine.WorkerHandle;
import io.dyno.metrics.Window;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerResult;
import io.dyno.profile.Profilers;
import io.dyno.profilers.EngineOfTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VllmMetricsProfilerTest {
    @TempDir
    Path folder;

    private final AtomicInteger readings = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String more = "vllm:something_else ";
    private HttpServer server;

    /** A server whose counter grows by 10 with each reading. */
    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            int n = readings.incrementAndGet();
            requests.add(
                    exchange.getProtocol() + " " + exchange.getRequestHeaders().keySet());
            byte[] page = ("vllm:generation_tokens_total{engine=\"0\"} " + 10 * n + "\nvllm:kv_cache_usage_perc 0.5\n"
                            + more + n + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void itReadsAtTheEdgesOfEachWindowAndKeepsTheSeries() throws Exception {
        // An interval of an hour: only those at the edges take place, and the first one if the point does not end
        // before.
        Profiler profiler = started("vllm:interval=3600000");

        profiler.windowStarted(Window.Kind.WARMUP, 0);
        profiler.windowEnded(window(Window.Kind.WARMUP, 0));
        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));
        List<ProfilerResult> results = profiler.pointEnded();

        assertThat(results)
                .filteredOn(r -> r.value().metric().name().equals("vllm.generation_tokens"))
                .extracting(
                        r -> r.kind() + " " + r.iteration() + " " + r.value().score())
                .containsExactly("WARMUP 0 10.0", "MEASUREMENT 0 10.0");
        List<Path> files = profiler.engineStopped();
        assertThat(files).singleElement().satisfies(file -> {
            assertThat(file).hasFileName("vllm-Chat-0123456789ab-f1-a2.csv");
            assertThat(Files.readAllLines(file))
                    .hasSizeBetween(1 + 4, 1 + 5)
                    .first()
                    .asString()
                    .startsWith("seconds,vllm:num_requests_running");
        });
    }

    @Test
    void anEngineThatDoesNotAnswerIsSaidAndNotAZero() throws Exception {
        status = 404;
        Profiler profiler = started("vllm");

        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));

        assertThat(profiler.pointEnded()).isNotEmpty().allSatisfy(r -> {
            assertThat(r.value().score()).isNull();
            assertThat(r.value().reason()).contains("fewer than two times").endsWith("/metrics answered 404");
        });
        assertThat(profiler.notes())
                .singleElement()
                .asString()
                .matches(
                        "(\\d+) of \\1 readings of the engine's counters failed, the last one: .*/metrics answered 404");
    }

    @Test
    void aServerThatTakesNoConnectionIsSaid() throws Exception {
        Profiler profiler = started("vllm:interval=3600000");
        server.stop(0);

        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));

        assertThat(profiler.pointEnded())
                .isNotEmpty()
                .allSatisfy(r -> assertThat(r.value().reason()).endsWith("/metrics takes no connection"));
    }

    /** vLLM's server logs two warnings for each. */
    @Test
    void noReadingOffersHttp2() throws Exception {
        Profiler profiler = started("vllm:interval=3600000");
        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));
        List<ProfilerResult> unused = profiler.pointEnded();

        assertThat(requests).isNotEmpty().allSatisfy(request -> assertThat(request)
                .startsWith("HTTP/1.1 ")
                .doesNotContainIgnoringCase("upgrade")
                .doesNotContainIgnoringCase("http2-settings"));
        assertThat(profiler.notes()).as("all went well").isEmpty();
    }

    @Test
    void whatIsNoNumberLosesNoWindow() throws Exception {
        more = "vllm:num_requests_running NaN\nvllm:something_else ";
        Profiler profiler = started("vllm:interval=3600000");
        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));

        assertThat(profiler.pointEnded())
                .filteredOn(r -> r.value().metric().name().equals("vllm.generation_tokens"))
                .extracting(r -> r.value().score())
                .containsExactly(10.0);
    }

    @Test
    void theSeriesHasSumsOverTheEnginesButOfTheirCachesTheFullest() throws Exception {
        more = "vllm:kv_cache_usage_perc{engine=\"1\"} 0.75\nvllm:num_requests_running{engine=\"0\"} 2\n"
                + "vllm:num_requests_running{engine=\"1\"} 3\nvllm:something_else ";
        Profiler profiler = started("vllm:interval=3600000");
        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));
        List<ProfilerResult> unused = profiler.pointEnded();

        List<String> lines = Files.readAllLines(profiler.engineStopped().get(0));
        assertThat(lines.get(0))
                .startsWith("seconds,vllm:num_requests_running,vllm:num_requests_waiting,vllm:kv_cache");
        assertThat(lines.get(1)).matches("[0-9.]+,5\\.0,,0\\.75,.*");
    }

    /** A profiler that has failed is told of no pointEnded. */
    @Test
    void itsThreadOutlivesNeitherTheNextPointNorTheEngine() throws Exception {
        Profiler profiler = started("vllm:interval=10");
        Set<Thread> ofFirstPoint = readers();
        assertThat(ofFirstPoint).isNotEmpty();

        profiler.pointStarted(new Profiler.PointContext("com.acme.Chat", "ba9876543210", 1, 2, folder));
        assertEnded(ofFirstPoint);
        Set<Thread> ofSecondPoint = readers();
        assertThat(ofSecondPoint).isNotEmpty();

        assertThat(profiler.engineStopped()).hasSize(2);
        assertEnded(ofSecondPoint);
    }

    private static void assertEnded(Set<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(5_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dyno-prof-vllm"))
                .collect(Collectors.toSet());
    }

    @Test
    void aPointWithoutWindowsThatCouldNotBeReadFails() throws Exception {
        status = 404;
        Profiler profiler = started("vllm:interval=10");
        while (readings.get() == 0) {
            Thread.onSpinWait();
        }

        assertThatThrownBy(profiler::pointEnded).isInstanceOf(IOException.class).hasMessageContaining("answered 404");
    }

    @Test
    void anOfflineEngineIsAskedBeforeAndAfterEachBatch() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        WorkerHandle engine = (WorkerHandle) Proxy.newProxyInstance(
                WorkerHandle.class.getClassLoader(),
                new Class<?>[] {WorkerHandle.class},
                (proxy, method, arguments) -> List.of("vllm:generation_tokens_total " + 7 * asked.incrementAndGet()));
        Profiler profiler =
                Profilers.onClassPath().create(List.of("vllm")).get(0).profiler();
        profiler.engineReady(engine);
        profiler.pointStarted(new Profiler.PointContext("com.acme.Chat", "0123456789ab", 1, 2, folder));

        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        assertThat(asked).as("it has answered before the batch begins").hasValue(1);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));

        assertThat(profiler.pointEnded())
                .filteredOn(r -> r.value().metric().name().equals("vllm.generation_tokens"))
                .extracting(r -> r.value().score())
                .containsExactly(7.0);
        assertThat(asked).hasValue(2);
        assertThat(profiler.notes()).as("nothing was preempted").isEmpty();
    }

    @Test
    void preemptionsAreToldWithTheRemedy() throws Exception {
        more = "vllm:num_preemptions_total ";
        Profiler profiler = started("vllm:interval=3600000");
        profiler.windowStarted(Window.Kind.MEASUREMENT, 0);
        profiler.windowEnded(window(Window.Kind.MEASUREMENT, 0));
        List<ProfilerResult> unused = profiler.pointEnded();

        assertThat(profiler.notes())
                .singleElement()
                .asString()
                .startsWith("1 preemptions in 1 of 1 windows: the KV cache was full")
                .contains("raise gpuMemoryUtilization");
    }

    private Profiler started(String spec) throws Exception {
        Profiler profiler = Profilers.onClassPath().create(List.of(spec)).get(0).profiler();
        profiler.engineReady(new EngineOfTest(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), () -> {}));
        profiler.pointStarted(new Profiler.PointContext("com.acme.Chat", "0123456789ab", 1, 2, folder));
        return profiler;
    }

    private static Window window(Window.Kind kind, int iteration) {
        return new Window(kind, iteration, "0", 0, 1_000_000_000L, false);
    }
}
