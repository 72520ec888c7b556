package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.MetricValue;
import io.dyno.profilers.torch.Operator.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorTableTest {
    private static final Trace CPU_ONLY = new Trace(
            1234,
            List.of("7"),
            5000,
            List.of(
                    new Operator(Side.CPU, "aten::addmm", 10, 4000, 3000),
                    new Operator(Side.CPU, "aten::linear", 10, 5000, 1000)),
            null);

    private static final Trace WITH_GPU = new Trace(
            10,
            List.of("7"),
            5000,
            List.of(
                    new Operator(Side.GPU, "void gemm<1, 2>(int)", 3, 2000, 2000),
                    new Operator(Side.CPU, "aten::mm", 3, 900, 900),
                    new Operator(Side.GPU, "void gemm<4, 2>(int)", 1, 1000, 1000)),
            null);

    @Test
    void theTableGivesForEachTraceTheOperatorsThatTookTheMostTime() {
        String text = new OperatorTable(
                        Map.of("rank0", CPU_ONLY, "frontend", new Trace(4, List.of(), 0, List.of(), null)))
                .text(1);

        assertThat(text.lines())
                .containsExactly(
                        "frontend: 4 events in 0.0 ms; operators took 0.0 ms on the CPU, nothing ran on a GPU",
                        "",
                        "rank0: 1,234 events in 5.0 ms; operators took 4.0 ms on the CPU, nothing ran on a GPU",
                        "on        self ms   share     total ms      calls      mean us  operator",
                        "CPU         3.000   75.0%        4.000         10      400.000  aten::addmm",
                        "");
    }

    @Test
    void withoutAGpuThereIsNoGpuTimeAndNoZero() {
        List<MetricValue> results = new OperatorTable(Map.of("rank0", CPU_ONLY)).results();

        assertThat(results)
                .extracting(value -> value.metric().name() + " " + value.score())
                .containsExactly(
                        "torch.cpu_time 4.0",
                        "torch.gpu_time null",
                        "torch.self_time.aten::addmm 3.0",
                        "torch.self_time.aten::linear 1.0");
        assertThat(results.get(1).reason()).contains("nothing ran on a GPU");
    }

    @Test
    void withAGpuTheTopOperatorsAreKernelsByTheirShortNamesAsMeansOverTheRanks() {
        List<MetricValue> results =
                new OperatorTable(Map.of("rank0", WITH_GPU, "rank1", WITH_GPU, "frontend", CPU_ONLY)).results();

        assertThat(results)
                .extracting(value -> value.metric().name() + " " + value.score())
                .containsExactly("torch.cpu_time 0.9", "torch.gpu_time 3.0", "torch.self_time.gemm 3.0");
    }

    @Test
    void theServersOwnProcessesAreNoRanksHoweverManyTheyAre() {
        List<MetricValue> results =
                new OperatorTable(Map.of("rank0", CPU_ONLY, "frontend", WITH_GPU, "frontend-2", WITH_GPU)).results();

        assertThat(results).extracting(MetricValue::score).startsWith(4.0, null);
    }

    @Test
    void aTraceThatIsTooLargeForATableSaysSoInItsPlaceAndGivesNoNumber() {
        Trace large = Trace.withoutOperators(9000, List.of("7"), 5000, "its 8,000 calls are too many");
        OperatorTable table = new OperatorTable(Map.of("rank0", CPU_ONLY, "rank1", large));

        assertThat(table.text(1).lines())
                .contains("rank1: 9,000 events in 5.0 ms; no table: its 8,000 calls are too many")
                .anyMatch(line -> line.endsWith("aten::addmm"));
        assertThat(table.results())
                .as("a mean over some of the ranks is none")
                .extracting(value -> value.metric().name() + " " + value.score() + " " + value.reason())
                .containsExactly(
                        "torch.cpu_time null its 8,000 calls are too many",
                        "torch.gpu_time null its 8,000 calls are too many");
    }
}
