package io.dyno.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.metrics.Validity.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowValidityTest {
    private static final Health WELL = new Health(0.1, 0.4, 2, 3, 4);

    @Test
    void aHealthyWindowIsOk() {
        assertThat(judge(requests(10), false, WELL)).isEqualTo(Validity.OK);
    }

    @Test
    void aWindowInWhichNothingWasDueIsVoid() {
        assertThat(judge(List.of(), false, WELL).level()).isEqualTo(Level.VOID);
    }

    @Test
    void fewerThanTenRequestsAreSuspectUnlessTheRunIsDrained() {
        assertThat(judge(requests(9), false, WELL).reasons())
                .containsExactly("too_short: 9 requests were due, fewer than 10");
        assertThat(judge(requests(8), true, WELL))
                .as("a batch of eight is a batch of eight")
                .isEqualTo(Validity.OK);
    }

    @Test
    void failedRequestsAreNamedByClass() {
        List<RequestRecord> due = requests(10);
        due.add(Records.due(5).failed(FailureClass.TIMEOUT, 50));
        due.add(Records.due(5).failed(FailureClass.HTTP_ERRORS, 50));
        due.add(Records.due(5).failed(FailureClass.HTTP_ERRORS, 50));

        assertThat(judge(due, false, WELL).reasons())
                .singleElement()
                .asString()
                .startsWith("failed_requests: 3 of 13 (http_errors 2, timeout 1), mostly: ");
    }

    @Test
    void chunksMustAddUpToWhatTheServerSaysItGenerated() {
        List<RequestRecord> due = requests(10);
        due.add(Records.due(0)
                .tokens(10, 4, 1)
                .out(6, TokenSource.CONTINUOUS_USAGE)
                .ok());

        assertThat(judge(due, false, WELL).reasons())
                .containsExactly("tokens_disagree: tokens of the chunks do not add up to the usage (1 of 11 requests)");
    }

    @Test
    void timestampsMustBeInOrder() {
        List<RequestRecord> due = requests(10);
        due.add(Records.due(10).sent(5).tokens(20, 4, 1).ok());
        due.add(Records.due(10).chunk(30, 1).chunk(20, 1).ok());
        due.add(Records.due(10).chunk(20, 1).end(15).ok());

        assertThat(judge(due, false, WELL).reasons())
                .containsExactly("timestamps: timestamps are not in order (3 of 13 requests)");
    }

    @ParameterizedTest(name = "lag p99 {0} ms, stall {1} ms, late {2} ms and gc {3} ms of 1 s, drained {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "10,   250,  50,  10, false, OK,      -",
                "10.5, 0,    0,   0,  false, SUSPECT, send_lag",
                "51,   0,    0,   0,  false, VOID,    send_lag",
                // The last of a burst leaves late however well the client is.
                "51,   0,    0,   0,  true,  SUSPECT, send_lag",
                "-,    0,    0,   0,  false, OK,      -",
                "0,    251,  0,   0,  false, SUSPECT, client_stall",
                "0,    1001, 0,   0,  true,  VOID,    client_stall",
                "0,    0,    51,  0,  false, SUSPECT, client_late",
                "0,    0,    251, 0,  true,  VOID,    client_late",
                "0,    0,    0,   11, false, SUSPECT, client_gc",
                "0,    0,    0,   51, false, VOID,    client_gc",
            })
    void aClientOverItsBudgetMakesTheWindowSuspectThenVoid(
            Double lag, double stall, double late, double gc, boolean drained, Level level, String code) {
        Validity v = judge(requests(10), drained, new Health(lag, lag, gc, stall, late));

        assertThat(v.level()).isEqualTo(level);
        assertThat(v.reasons().stream().map(Validity::code).toList())
                .isEqualTo(code == null ? List.of() : List.of(code));
    }

    @Test
    void reasonsSayWhatWasSeenAndWhatIsAllowed() {
        assertThat(judge(requests(10), false, new Health(12.34, 20.0, 0, 0, 0)).reasons())
                .containsExactly("send_lag: requests left late, p99 12.3 ms, budget 10 ms");
    }

    @Test
    void levelsAddUpToTheWorst() {
        Validity both = Validity.voided("a: 1").and(Validity.suspect("b: 2"));

        assertThat(both).isEqualTo(new Validity(Level.VOID, List.of("a: 1", "b: 2")));
        assertThat(Validity.OK.and(Validity.OK)).isEqualTo(Validity.OK);
        assertThatThrownBy(() -> new Validity(Level.OK, List.of("but"))).hasMessageContaining("but");
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThatThrownBy(() -> MetricValue.of(MetricNames.TTFT, Double.NaN)).hasMessage("ttft is NaN");
        assertThatThrownBy(() -> new MetricValue(MetricNames.TTFT, null, null))
                .hasMessageContaining("a number or a reason");
    }

    private static List<RequestRecord> requests(int n) {
        List<RequestRecord> list = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            list.add(Records.due(i).tokens(i + 20, 4, 5).ok());
        }
        return list;
    }

    private static Validity judge(List<RequestRecord> due, boolean drained, Health health) {
        Window window = new Window(Window.Kind.MEASUREMENT, 0, "0", 0, Records.ns(1000), drained);
        return WindowMetrics.of(new WindowRecords(window, due, List.of(), health), null, 1)
                .validity();
    }
}
