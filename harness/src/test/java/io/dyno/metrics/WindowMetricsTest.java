package io.dyno.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WindowMetricsTest {
    private static final Offset<Double> EXACT = within(1e-9);

    /** Five requests of {@code vllm bench serve}, computed by its own functions: start; ttft; gaps; in; out. */
    private static List<RequestRecord> fiveRequests() {
        return List.of(
                Records.due(0).tokens(100, 4, 20).in(10).ok(),
                Records.due(0).tokens(200, 4, 30).in(20).ok(),
                Records.due(500).tokens(650, 9, 40).in(30).ok(),
                Records.due(1000).tokens(1050, 0, 0).in(40).ok(),
                Records.due(1200).in(50).failed(FailureClass.HTTP_ERRORS, 2000));
    }

    @Test
    void aDrainedRunGivesWhatVllmBenchServeGives() {
        SloLimits slo = new SloLimits(160.0, 35.0, null, 0.99);
        Window window = new Window(Window.Kind.MEASUREMENT, 0, "0", 0, Records.ns(5000), true);
        WindowResult r = WindowMetrics.of(new WindowRecords(window, fiveRequests(), List.of(), null), slo, 2);

        assertThat(r.score(MetricNames.REQUEST_THROUGHPUT)).as("4 in 2 s").isCloseTo(2.0, EXACT);
        assertThat(r.score(MetricNames.OUTPUT_THROUGHPUT))
                .as("21 tokens in 2 s")
                .isCloseTo(10.5, EXACT);
        assertThat(r.score(MetricNames.TOTAL_TOKEN_THROUGHPUT))
                .as("100 + 21 in 2 s")
                .isCloseTo(60.5, EXACT);
        assertThat(r.score(MetricNames.OUTPUT_THROUGHPUT_PER_GPU)).as("2 GPUs").isCloseTo(5.25, EXACT);
        assertThat(r.score(MetricNames.GOODPUT))
                .as("the first, and the fourth, which has no time per token; 200 ms and 40 ms miss")
                .isCloseTo(1.0, EXACT);
        assertThat(r.score(MetricNames.SLO_SHARE))
                .as("2 of 5: the failed one counts")
                .isCloseTo(0.4, EXACT);
        assertThat(r.score(MetricNames.TTFT)).isCloseTo(125, EXACT);
        assertThat(r.percentile(MetricNames.TTFT, 50)).isCloseTo(125, EXACT);
        assertThat(r.percentile(MetricNames.TTFT, 90)).isCloseTo(185, EXACT);
        assertThat(r.percentile(MetricNames.TTFT, 99)).isCloseTo(198.5, EXACT);
        assertThat(r.score(MetricNames.TPOT))
                .as("20, 30, 40; none of the one-token answer")
                .isCloseTo(30, EXACT);
        assertThat(r.percentile(MetricNames.TPOT, 99)).isCloseTo(39.8, EXACT);
        assertThat(r.score(MetricNames.ITL)).isCloseTo(560.0 / 17, EXACT);
        assertThat(r.percentile(MetricNames.ITL, 50)).isCloseTo(40, EXACT);
        assertThat(r.score(MetricNames.E2EL)).isCloseTo(265, EXACT);
        assertThat(r.percentile(MetricNames.E2EL, 50)).isCloseTo(250, EXACT);
        assertThat(r.percentile(MetricNames.E2EL, 90)).isCloseTo(453, EXACT);
        assertThat(r.percentile(MetricNames.E2EL, 99)).isCloseTo(504.3, EXACT);
        assertThat(r.score(MetricNames.CONCURRENCY))
                .as("180 + 320 + 510 + 50 + 800 ms in flight, in 2000 ms")
                .isCloseTo(1860.0 / 2000, EXACT);
    }

    @Test
    void tokensCountInTheWindowInWhichTheyArrive() {
        // 20 tokens, one each 100 ms from 100 to 2000 ms: 9 before 1 s, 10 in [1 s, 2 s), 1 at 2 s.
        RequestRecord split = Records.due(0).tokens(100, 19, 100).in(7).ok();
        WindowResult first = window(0, 1000, List.of(split), List.of());
        WindowResult second = window(1000, 2000, List.of(), List.of(split));
        WindowResult third = window(2000, 3000, List.of(), List.of(split));

        assertThat(first.score(MetricNames.OUTPUT_THROUGHPUT)).isCloseTo(9, EXACT);
        assertThat(second.score(MetricNames.OUTPUT_THROUGHPUT)).isCloseTo(10, EXACT);
        assertThat(third.score(MetricNames.OUTPUT_THROUGHPUT))
                .as("a window's end is the next one's")
                .isCloseTo(1, EXACT);
        assertThat(first.score(MetricNames.TOTAL_TOKEN_THROUGHPUT))
                .as("7 in at the first token")
                .isCloseTo(16, EXACT);
        assertThat(second.score(MetricNames.TOTAL_TOKEN_THROUGHPUT)).isCloseTo(10, EXACT);
    }

    @Test
    void aRequestEndsInOneWindowAndHasItsLatencyInTheOneInWhichItWasDue() {
        RequestRecord carried = Records.due(900).tokens(1100, 4, 100).ok();
        WindowResult first = window(0, 1000, List.of(carried), List.of());
        WindowResult second = window(1000, 2000, List.of(), List.of(carried));

        assertThat(first.score(MetricNames.E2EL)).isCloseTo(600, EXACT);
        assertThat(first.score(MetricNames.REQUEST_THROUGHPUT))
                .as("it ended later")
                .isNull();
        assertThat(second.score(MetricNames.REQUEST_THROUGHPUT)).isCloseTo(1, EXACT);
        assertThat(second.score(MetricNames.E2EL)).isNull();
        assertThat(second.metrics().get("e2el").reason()).isEqualTo("no request ended well");
    }

    @Test
    void windowsTogetherCountEveryTokenAndEveryEndOnce() {
        List<RequestRecord> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(Records.due(i * 50).tokens(i * 50 + 130 + i, 7 + i % 5, 33).ok());
        }
        double tokens = 0;
        double ends = 0;
        for (int w = 0; w < 8; w++) {
            long from = Records.ns(w * 500);
            long to = Records.ns(w * 500 + 500);
            WindowResult r = window(
                    w * 500,
                    w * 500 + 500,
                    all.stream().filter(q -> q.due() >= from && q.due() < to).toList(),
                    all.stream().filter(q -> q.due() < from && q.end() >= from).toList());
            tokens += orZero(r.score(MetricNames.OUTPUT_THROUGHPUT)) * 0.5;
            ends += orZero(r.score(MetricNames.REQUEST_THROUGHPUT)) * 0.5;
        }

        assertThat(tokens)
                .as("tokens of all windows")
                .isCloseTo(
                        all.stream()
                                .mapToDouble(q -> (double) q.chunks().totalTokens())
                                .sum(),
                        EXACT);
        assertThat(ends).as("requests ended in all windows").isCloseTo(60, EXACT);
    }

    @Test
    void tokensOfFailedRequestsDoNotCount() {
        List<RequestRecord> due = List.of(
                Records.due(0).tokens(100, 4, 100).ok(),
                Records.due(0).tokens(100, 7, 100).failed(FailureClass.HTTP_ERRORS, 850));

        assertThat(window(0, 1000, due, List.of()).score(MetricNames.OUTPUT_THROUGHPUT))
                .isCloseTo(5, EXACT);
    }

    @Test
    void goodputCountsWhatWasDueInTheWindowFromTheDueTime() {
        SloLimits slo = new SloLimits(100.0, null, 400.0, 0.9);
        List<RequestRecord> due = List.of(
                // 100 ms is within a limit of 100 ms.
                Records.due(0).tokens(100, 2, 10).ok(),
                // 60 ms from its send, but 110 ms from its due time.
                Records.due(0).sent(50).tokens(110, 2, 10).ok(),
                // Too long in all.
                Records.due(0).tokens(50, 4, 100).ok(),
                // Meets them after the window has ended: it was due in it.
                Records.due(950).tokens(1040, 2, 10).ok());
        WindowResult r = WindowMetrics.of(new WindowRecords(windowOf(0, 1000), due, List.of(), null), slo, null);

        assertThat(r.score(MetricNames.GOODPUT)).isCloseTo(2, EXACT);
        assertThat(r.score(MetricNames.SLO_SHARE)).isCloseTo(0.5, EXACT);
        assertThat(r.requests().metSlo()).isEqualTo(2);
        assertThat(r.metrics().get("output_throughput_per_gpu").reason()).isEqualTo("the number of GPUs is unknown");
    }

    @Test
    void successesThatAreAllTooSlowAreAGoodputOfZero() {
        SloLimits slo = new SloLimits(10.0, null, null, 0.9);
        WindowResult r = WindowMetrics.of(
                new WindowRecords(
                        windowOf(0, 1000),
                        List.of(Records.due(0).tokens(100, 2, 10).ok()),
                        List.of(),
                        null),
                slo,
                1);

        assertThat(r.score(MetricNames.GOODPUT)).isEqualTo(0.0);
        assertThat(r.score(MetricNames.SLO_SHARE)).isEqualTo(0.0);
    }

    @Test
    void whereNothingSucceededEveryMetricIsNullWithAReason() {
        List<RequestRecord> due = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            due.add(Records.due(i * 10).tokens(i * 10 + 5, 3, 5).failed(FailureClass.HTTP_ERRORS, i * 10 + 30));
        }
        SloLimits slo = new SloLimits(500.0, 50.0, null, 0.99);
        WindowResult r = WindowMetrics.of(new WindowRecords(windowOf(0, 1000), due, List.of(), null), slo, 1);

        assertThat(r.metrics()).isNotEmpty().allSatisfy((name, value) -> {
            assertThat(value.score()).as(name + " is not 0").isNull();
            assertThat(value.reason()).as(name).isNotBlank();
        });
        assertThat(r.requests().failed()).containsExactlyEntriesOf(java.util.Map.of(FailureClass.HTTP_ERRORS, 20));
        assertThat(r.validity().level()).isEqualTo(Validity.Level.SUSPECT);
    }

    @Test
    void throughputIsNullWhereNobodySaidHowManyTokensThereWere() {
        RequestRecord silent = Records.due(0)
                .chunk(100, 0)
                .chunk(200, 0)
                .out(null, TokenSource.NONE)
                .in(null)
                .ok();
        WindowResult r =
                window(0, 1000, List.of(silent, Records.due(0).tokens(10, 5, 1).ok()), List.of());

        assertThat(r.score(MetricNames.OUTPUT_THROUGHPUT))
                .as("a part of the tokens is not the tokens")
                .isNull();
        assertThat(r.score(MetricNames.REQUEST_THROUGHPUT)).isCloseTo(2, EXACT);
        assertThat(r.validity().reasons()).anyMatch(s -> s.startsWith("tokens_unknown: "));
    }

    @Test
    void tokensKnownInTotalAreSpreadOverTheirChunks() {
        // 8 tokens in 4 chunks, half of them in the window.
        RequestRecord r = Records.due(0)
                .chunk(400, 0)
                .chunk(800, 0)
                .chunk(1200, 0)
                .chunk(1600, 0)
                .out(8, TokenSource.FINAL_USAGE)
                .ok();
        WindowResult first = window(0, 1000, List.of(r), List.of());

        assertThat(first.score(MetricNames.OUTPUT_THROUGHPUT)).isCloseTo(4, EXACT);
        assertThat(first.metrics().get("itl").reason()).contains("tokens per chunk are unknown");
        assertThat(first.validity().reasons()).anyMatch(s -> s.startsWith("tokens_spread: "));
    }

    private static WindowResult window(
            double fromMillis, double toMillis, List<RequestRecord> due, List<RequestRecord> carried) {
        return WindowMetrics.of(new WindowRecords(windowOf(fromMillis, toMillis), due, carried, null), null, 1);
    }

    private static Window windowOf(double fromMillis, double toMillis) {
        return new Window(Window.Kind.MEASUREMENT, 0, "0", Records.ns(fromMillis), Records.ns(toMillis), false);
    }

    private static double orZero(Double d) {
        return d == null ? 0 : d;
    }
}
