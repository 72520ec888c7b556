package io.dyno.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final Offset<Double> EXACT = within(1e-9);

    @Test
    void tokensThatShareAChunkShareItsGap() {
        // First token after 100 ms, then two gaps of 40 ms with two tokens each: 5 tokens.
        RequestRecord r =
                Records.due(0).chunk(100, 1).chunk(140, 2).chunk(180, 2).ok();

        assertThat(mean(MetricNames.TTFT, r)).isCloseTo(100, EXACT);
        assertThat(mean(MetricNames.TPOT, r)).as("(180 − 100)/(5 − 1)").isCloseTo(20, EXACT);
        assertThat(mean(MetricNames.ICL, r))
                .as("what a user sees: a chunk each 40 ms")
                .isCloseTo(40, EXACT);
        assertThat(mean(MetricNames.ITL, r)).as("the mean over tokens is TPOT").isCloseTo(20, EXACT);
        assertThat(mean(MetricNames.E2EL, r)).isCloseTo(180, EXACT);
    }

    @Test
    void tokensOfTheFirstChunkAreNoPartOfTheTimePerToken() {
        // Three tokens at once, then two more after 40 ms: 40/(5 − 3), not 40/4.
        assertThat(mean(
                        MetricNames.TPOT,
                        Records.due(0).chunk(100, 3).chunk(140, 2).ok()))
                .isCloseTo(20, EXACT);
    }

    @Test
    void anAnswerInOneChunkHasNoTimePerToken() {
        Map<String, Samples> all =
                Latencies.of(List.of(Records.due(0).chunk(100, 4).ok()));

        assertThat(all.get("tpot").count()).as("undefined, not 0").isZero();
        assertThat(all.get("itl").count()).isZero();
        assertThat(all.get("ttft").mean()).isCloseTo(100, EXACT);
    }

    @Test
    void everythingCountsFromTheSendAndAgainFromTheDueTime() {
        RequestRecord late = Records.due(1000).sent(1030).tokens(1100, 2, 10).ok();

        assertThat(mean(MetricNames.TTFT, late)).isCloseTo(70, EXACT);
        assertThat(mean(MetricNames.TTFT_INTENDED, late)).isCloseTo(100, EXACT);
        assertThat(mean(MetricNames.E2EL, late)).isCloseTo(90, EXACT);
        assertThat(mean(MetricNames.E2EL_INTENDED, late)).isCloseTo(120, EXACT);
        assertThat(mean(MetricNames.SEND_LAG, late)).isCloseTo(30, EXACT);
    }

    @Test
    void theStreamsEndIsNotTheLastToken() {
        assertThat(mean(
                        MetricNames.E2EL,
                        Records.due(0).tokens(50, 1, 10).end(75).ok()))
                .as("last chunk at 60; usage and [DONE] at 75 move nothing")
                .isCloseTo(60, EXACT);
    }

    @Test
    void failedRequestsHaveNoLatency() {
        RequestRecord cut = Records.due(0).tokens(50, 5, 10).failed(FailureClass.HTTP_ERRORS, 110);

        assertThat(Latencies.of(List.of(cut)).values()).allMatch(s -> s.count() == 0);
    }

    @Test
    void interTokenLatencyPoolsOverTokensNotOverRequests() {
        // Four gaps of 20, four of 30, nine of 40: 560/17. The mean of the requests' means would be 30.
        List<RequestRecord> requests = List.of(
                Records.due(0).tokens(100, 4, 20).ok(),
                Records.due(0).tokens(200, 4, 30).ok(),
                Records.due(500).tokens(650, 9, 40).ok());
        Samples itl = Latencies.of(requests).get("itl");

        assertThat(itl.count()).isEqualTo(17);
        assertThat(itl.mean()).isCloseTo(560.0 / 17, EXACT);
        assertThat(itl.percentile(50)).isCloseTo(40, EXACT);
    }

    @Test
    void whenOnlyTheTotalIsKnownTokensAreSpreadAndSingleGapsAreNotGuessed() {
        // 6 tokens in 3 chunks: two each. (180 − 100)/(6 − 2).
        RequestRecord spread = Records.due(0)
                .chunk(100, 0)
                .chunk(140, 0)
                .chunk(180, 0)
                .out(6, TokenSource.FINAL_USAGE)
                .ok();
        Map<String, Samples> all =
                Latencies.of(List.of(spread, Records.due(0).tokens(1, 9, 1).ok()));

        assertThat(Latencies.tpot(spread)).isCloseTo(20, EXACT);
        assertThat(all.get("itl").count())
                .as("those of the other request alone would be a chosen part")
                .isZero();
        assertThat(all.get("icl").count())
                .as("chunks are seen, whatever they hold")
                .isEqualTo(2 + 9);
    }

    @Test
    void asManyTokensAsChunksLeaveNoChoice() {
        RequestRecord r = Records.due(0)
                .chunk(100, 0)
                .chunk(120, 0)
                .chunk(160, 0)
                .out(3, TokenSource.FINAL_USAGE)
                .ok();

        assertThat(Latencies.of(List.of(r)).get("itl").values()).containsExactly(20.0, 40.0);
    }

    @Test
    void withoutAnyTokenCountThereIsNoTimePerToken() {
        RequestRecord r = Records.due(0)
                .chunk(100, 0)
                .chunk(120, 0)
                .out(null, TokenSource.NONE)
                .ok();
        Map<String, Samples> all = Latencies.of(List.of(r));

        assertThat(all.get("tpot").count()).isZero();
        assertThat(all.get("itl").count()).isZero();
        assertThat(all.get("icl").mean()).isCloseTo(20, EXACT);
        assertThat(all.get("ttft").mean()).isCloseTo(100, EXACT);
    }

    @Test
    void chunkGapsAddUpToTheTimeBetweenFirstAndLastToken() {
        RequestRecord r = Records.due(3)
                .chunk(17.25, 2)
                .chunk(40.5, 1)
                .chunk(41, 7)
                .chunk(99.125, 3)
                .ok();
        Map<String, Samples> all = Latencies.of(List.of(r));

        assertThat(all.get("icl").values().sum()).isCloseTo(99.125 - 17.25, EXACT);
        assertThat(all.get("itl").values().sum()).isCloseTo(99.125 - 17.25, EXACT);
        assertThat(all.get("itl").mean()).isCloseTo(all.get("tpot").mean(), EXACT);
    }

    private static double mean(Metric metric, RequestRecord r) {
        return Latencies.of(List.of(r)).get(metric.name()).mean();
    }
}
