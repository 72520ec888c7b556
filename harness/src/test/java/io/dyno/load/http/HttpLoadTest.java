package io.dyno.load.http;

import static io.dyno.load.http.ScriptedServer.done;
import static io.dyno.load.http.ScriptedServer.head;
import static io.dyno.load.http.ScriptedServer.status;
import static io.dyno.load.http.ScriptedServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dyno.Endpoint;
import io.dyno.load.Datasets;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadRun;
import io.dyno.load.LoadSpec;
import io.dyno.load.PreparedPrompts;
import io.dyno.load.http.ScriptedServer.Script;
import io.dyno.load.http.ScriptedServer.Step;
import io.dyno.load.http.ScriptedServer.Then;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import io.dyno.metrics.WindowResult;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Windows;
import io.dyno.plan.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole of the room in real time: prompts made ahead, the load loop, HTTP, and metrics of what came out. */
@Timeout(60)
class HttpLoadTest implements LoadListener {
    private static final Windows NONE = new Windows(0, null, null);

    private final List<WindowRecords> complete = new ArrayList<>();
    private ScriptedServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Override
    public boolean windowComplete(WindowRecords records) {
        complete.add(records);
        return true;
    }

    private LoadResult run(LoadShape shape, boolean drained, Windows warmup, Windows measurement) throws Exception {
        Workload workload = new Workload(
                "random", null, 8, 3, Endpoint.COMPLETIONS, true, Map.of("temperature", 0.0), 0, null, false);
        LoadSpec spec = new LoadSpec(shape, workload, drained, warmup, measurement, 30_000_000_000L);
        Datasets.Context context = new Datasets.Context(measurement.count(), 10, null, null, false, "", null);
        try (HttpDriver driver = HttpDriver.open(HttpTarget.of(server.url(), "tiny", 4));
                PreparedPrompts prompts = new PreparedPrompts(
                        Datasets.open(workload, context), 16, p -> driver.prepare(spec.request(p, 0)))) {
            return new LoadRun(spec, driver, prompts, driver.health(), this).run();
        }
    }

    private static Script answer() {
        return new Script(
                List.of(
                        Step.of(20, head() + token(" a", 1)),
                        Step.of(40, token(" b", 2)),
                        Step.of(60, token(" c", 3) + done())),
                Then.KEEP);
    }

    private static Double value(WindowResult result, io.dyno.metrics.Metric metric) {
        return result.metrics().get(metric.name()).score();
    }

    @Test
    void knownTimesInAreKnownMetricsOut() throws Exception {
        server.always = answer();

        LoadResult result = run(new LoadShape.ClosedLoop(2), true, new Windows(1, null, 4), new Windows(1, null, 10));

        assertThat(result.completed()).isTrue();
        WindowRecords window = complete.get(1);
        WindowResult metrics = WindowMetrics.of(window, null, 1);
        double ttft = 0;
        double tpot = 0;
        for (RequestRecord r : window.due()) {
            assertThat(r.ok()).isTrue();
            ttft += (r.chunks().at(0) - r.sent()) / 1e6 / 10;
            tpot += (r.chunks().at(2) - r.chunks().at(0)) / 1e6 / 2 / 10;
        }
        assertThat(value(metrics, MetricNames.TTFT)).isCloseTo(ttft, within(1e-6));
        assertThat(value(metrics, MetricNames.TPOT)).isCloseTo(tpot, within(1e-6));
        assertThat(ttft)
                .as("the first token is written 20 ms after the request")
                .isGreaterThan(19.9);
        assertThat(window.health().sendLagP99Millis()).isNotNull().isNotNegative();
    }

    @Test
    void windowsByTimeGoOnWithATailUntilTheLastScoredRequestHasEnded() throws Exception {
        server.always = answer();

        LoadResult result = run(
                new LoadShape.OpenLoop(100, 1, null),
                false,
                new Windows(1, 200_000_000L, null),
                new Windows(2, 300_000_000L, null));

        assertThat(result.completed()).isTrue();
        assertThat(complete.stream().map(w -> w.window().kind()))
                .containsExactly(
                        Window.Kind.WARMUP, Window.Kind.MEASUREMENT, Window.Kind.MEASUREMENT, Window.Kind.TAIL);
        for (int i = 0; i + 1 < complete.size(); i++) {
            assertThat(complete.get(i).window().end())
                    .isEqualTo(complete.get(i + 1).window().start());
            assertThat(complete.get(i).due()).isNotEmpty().allMatch(RequestRecord::ok);
        }
    }

    @Test
    void aServerThatAnswersNothingButErrorsGivesFailuresAndNoNumbers() throws Exception {
        server.always =
                new Script(List.of(Step.of(0, status(500, "Error", "{\"error\":{\"message\":\"no\"}}"))), Then.KEEP);

        run(new LoadShape.ClosedLoop(2), false, NONE, new Windows(1, 500_000_000L, null));

        WindowRecords window = complete.get(0);
        assertThat(window.due())
                .as("not flooded: each slot rests after a failure")
                .hasSizeBetween(2, 12)
                .allSatisfy(r -> assertThat(r.outcome().failure()).isEqualTo(FailureClass.HTTP_ERRORS));
        WindowResult metrics = WindowMetrics.of(window, null, 1);
        for (MetricValue v : metrics.metrics().values()) {
            if (!v.metric().equals(MetricNames.SEND_LAG) && !v.metric().equals(MetricNames.CONCURRENCY)) {
                assertThat(v.score()).as(v.metric().name()).isNull();
            }
        }
    }
}
