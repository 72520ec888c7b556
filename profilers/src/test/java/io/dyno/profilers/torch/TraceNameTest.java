package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceNameTest {
    @ParameterizedTest
    @CsvSource({
        "dp0_pp0_tp0_dcp0_ep0_rank0.1763879400123456789.pt.trace.json.gz, rank0",
        "dp0_pp0_tp1_dcp0_ep1_rank1.1763879400123456789.pt.trace.json, rank1",
        "dp1_pp0_tp0_dcp0_ep1_rank0.1763879400123456789.pt.trace.json.gz, dp1-rank0",
        "rank3.1763879400123456789.pt.trace.json.gz, rank3",
        "node7.example.com_4711.async_llm.1763879400123456789.pt.trace.json.gz, frontend",
        "node7_4711.1763879400123456789.pt.trace.json.gz, pid4711",
        "odd.pt.trace.json, trace",
        "dp0_pp0_tp1_dcp0_ep0_rank1.profiler_out.txt, rank1",
        "profiler_out_3.txt, rank3"
    })
    void theTraceOfEachRankIsKnownByItsName(String file, String name) {
        assertThat(TraceName.of(Path.of("/traces", file))).isEqualTo(name);
    }
}
