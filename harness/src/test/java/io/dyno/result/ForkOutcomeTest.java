package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricNames;
import io.dyno.metrics.MetricValue;
import io.dyno.metrics.RequestCounts;
import io.dyno.metrics.Validity;
import io.dyno.metrics.Window;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.JournalEvent.MoreMetrics;
import io.dyno.result.JournalEvent.PointClosed;
import io.dyno.result.JournalEvent.Profiled;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForkOutcomeTest {
    private static final PlannedPoint POINT = SampleRun.serve("aaaaaaaaaaaa", 8, null, 1, 1);

    @Test
    void aVoidWindowUnderAProfilerIsSuspectAndKeepsWhatTheProfilerFound() {
        Profiled profile = new Profiled(
                POINT.id(), "torch", 0, 1, Status.OK, null, List.of(), found(Window.Kind.PROFILED, "torch.events", 12));

        ForkOutcome outcome =
                ForkOutcome.profiled(journal(window(Window.Kind.PROFILED, "torch", late()), profile), profile);

        assertThat(outcome.scored()).singleElement().satisfies(window -> {
            assertThat(window.validity().level()).isEqualTo(Validity.Level.SUSPECT);
            assertThat(window.validity().reasons()).containsExactly("send_lag: late");
            assertThat(window.metrics().get("torch.events").score()).isEqualTo(12);
        });
    }

    @Test
    void whatCameLaterNeverTakesThePlaceOfWhatWasMeasured() {
        PointClosed closing =
                PointClosed.ok(POINT.id(), 1, 0, null, null, found(Window.Kind.MEASUREMENT, "output_throughput", 1e9));

        ForkOutcome outcome =
                ForkOutcome.of(journal(window(Window.Kind.MEASUREMENT, null, Validity.OK), closing), POINT, 0);

        assertThat(outcome.scored())
                .singleElement()
                .extracting(window -> window.metrics().get("output_throughput").score())
                .isEqualTo(140.0);
    }

    private static Validity late() {
        return Validity.voided("send_lag: late");
    }

    private static List<MoreMetrics> found(Window.Kind kind, String name, double value) {
        MetricValue metric = MetricValue.of(new Metric(name, "count", Direction.NONE), value);
        return List.of(new MoreMetrics(kind, 0, Map.of(name, metric)));
    }

    private static IterationEnded window(Window.Kind kind, String profiler, Validity validity) {
        MetricValue measured = MetricValue.of(MetricNames.OUTPUT_THROUGHPUT, 140);
        return new IterationEnded(
                POINT.id(),
                1,
                0,
                kind,
                0,
                0,
                1_000_000_000,
                validity,
                null,
                RequestCounts.NONE,
                Map.of("output_throughput", measured),
                null,
                profiler);
    }

    private static JournalIndex journal(JournalEvent... events) {
        return new JournalIndex(Stream.of(events)
                .map(event -> new JournalEntry(Instant.EPOCH, event))
                .toList());
    }
}
