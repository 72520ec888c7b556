package io.dyno.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Records;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowMetrics;
import io.dyno.metrics.WindowRecords;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Two clients, the same load: what each saw, and what may be said of both. */
class ClientComparisonTest {
    private static final Offset<Double> EXACT = within(1e-9);

    private static ClientRun run(int completed, Long in, Long out, double throughput) {
        return new ClientRun(completed, 10 - completed, in, out, Map.of("output_throughput", throughput));
    }

    private static ClientRun run(double throughput) {
        return run(10, 640L, 320L, throughput);
    }

    @Test
    void mediansAreComparedAndThePairsTellTheSpread() {
        ClientComparison c =
                new ClientComparison(10, List.of(run(100), run(110), run(300)), List.of(run(100), run(100), run(200)));

        assertThat(c.difference()).isEmpty();
        assertThat(c.rows()).singleElement().satisfies(row -> {
            assertThat(row.figure()).isEqualTo(ClientFigure.OUTPUT_THROUGHPUT);
            assertThat(row.dyno()).as("median of 100, 110, 300").isEqualTo(110);
            assertThat(row.vllm()).as("median of 100, 100, 200").isEqualTo(100);
            assertThat(row.ratio()).isCloseTo(1.1, EXACT);
            assertThat(row.lowestPair()).isCloseTo(1.0, EXACT);
            assertThat(row.highestPair()).isCloseTo(1.5, EXACT);
        });
    }

    @Test
    void whatOneRunLacksIsNotCompared() {
        ClientRun without = new ClientRun(10, 0, 640L, 320L, Map.of());

        assertThat(new ClientComparison(10, List.of(run(100), without), List.of(run(100), run(100))).rows())
                .isEmpty();
    }

    @Test
    void nothingIsDividedByNothing() {
        assertThat(new ClientComparison(10, List.of(run(100)), List.of(run(0))).rows())
                .singleElement()
                .satisfies(row -> assertThat(row.ratio()).isNull());
    }

    @Test
    void otherWorkIsNotComparable() {
        assertThat(difference(run(9, 576L, 288L, 1), run(9, 576L, 288L, 1)))
                .as("a request failed for both")
                .isEqualTo("pair 1: of 10 requests dyno completed 9 and vllm bench serve 9");
        assertThat(difference(run(10, 640L, 320L, 1), run(10, 640L, 319L, 1)))
                .isEqualTo("pair 1: output tokens differ: dyno 320, vllm bench serve 319");
        assertThat(difference(run(10, null, 320L, 1), run(10, 640L, 320L, 1)))
                .isEqualTo("pair 1: input tokens differ: dyno unknown, vllm bench serve 640");
    }

    private static String difference(ClientRun ours, ClientRun theirs) {
        return new ClientComparison(10, List.of(ours), List.of(theirs))
                .difference()
                .orElseThrow();
    }

    @Test
    void aPairHasTwoSides() {
        assertThatThrownBy(() -> new ClientComparison(10, List.of(run(1)), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatDynosClientSawIsPutInVllmsTerms() {
        List<RequestRecord> due = List.of(
                Records.due(0).sent(1000).chunk(1100, 1).chunk(1140, 2).in(10).ok(),
                Records.due(0).sent(1000).chunk(1300, 1).chunk(1320, 1).in(20).ok(),
                Records.due(0).sent(1000).in(30).failed(FailureClass.HTTP_ERRORS, 3000));
        Window window = new Window(Window.Kind.MEASUREMENT, 0, "0", 0, Records.ns(5000), true);

        ClientRun run =
                ClientRun.of(due, WindowMetrics.of(new WindowRecords(window, due, List.of(), null), null, null));

        assertThat(run.completed()).isEqualTo(2);
        assertThat(run.failed()).isEqualTo(1);
        assertThat(run.inputTokens()).as("of those that ended well").isEqualTo(30);
        assertThat(run.outputTokens()).isEqualTo(5);
        assertThat(run.figure(ClientFigure.DURATION))
                .as("first send to last end")
                .isCloseTo(2.0, EXACT);
        assertThat(run.figure(ClientFigure.REQUEST_THROUGHPUT)).isCloseTo(1.0, EXACT);
        assertThat(run.figure(ClientFigure.MEAN_TTFT_MS)).isCloseTo(200, EXACT);
        assertThat(run.figure(ClientFigure.MEDIAN_TPOT_MS)).as("20 and 20").isCloseTo(20, EXACT);
        assertThat(run.figure(ClientFigure.MEAN_ITL_MS))
                .as("gaps between chunks, as vLLM's ITL: 40 and 20")
                .isCloseTo(30, EXACT);
        assertThat(run.figures()).hasSize(ClientFigure.values().length);
    }
}
