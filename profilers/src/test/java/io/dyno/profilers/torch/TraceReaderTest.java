package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dyno.profilers.torch.Operator.Side;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {
    /** As PyTorch writes them: fields before and after the events, events of many kinds, those of a thread not in order. */
    private static final String TRACE = """
            {"schemaVersion": 1, "deviceProperties": [{"id": 0}], "traceEvents": [
            {"ph": "M", "name": "process_name", "pid": 7, "tid": 0, "args": {"name": "python"}},
            {"ph": "X", "cat": "cpu_op", "name": "aten::mm", "pid": 7, "tid": 8, "ts": 110, "dur": 60, "args": {"a": [1, 2]}},
            {"ph": "X", "cat": "cpu_op", "name": "aten::linear", "pid": 7, "tid": 8, "ts": 100, "dur": 100},
            {"ph": "X", "cat": "cpu_op", "name": "aten::t", "pid": 7, "tid": 8, "ts": 170, "dur": 10.5},
            {"ph": "X", "cat": "cpu_op", "name": "aten::mm", "pid": 7, "tid": 9, "ts": 100, "dur": 40},
            {"ph": "X", "cat": "python_function", "name": "forward", "pid": 7, "tid": 8, "ts": 0, "dur": 900},
            {"ph": "X", "cat": "kernel", "name": "gemm<1>", "pid": 0, "tid": 7, "ts": 150, "dur": 300},
            {"ph": "X", "cat": "gpu_memcpy", "name": "Memcpy HtoD", "pid": 0, "tid": 7, "ts": 480, "dur": 20},
            {"ph": "i", "name": "Iteration", "pid": "Traces", "tid": "Trace", "ts": 1, "s": "g"}
            ], "traceName": "x.json", "displayTimeUnit": "ms"}
            """;

    @TempDir
    Path folder;

    @Test
    void selfTimeIsWhatIsLeftOfACallWithoutTheCallsInIt() throws IOException {
        Trace trace = read(TRACE);

        assertThat(trace.operators())
                .extracting(
                        Operator::side, Operator::name, Operator::calls, Operator::totalMicros, Operator::selfMicros)
                .containsExactly(
                        row(Side.GPU, "gemm<1>", 1, 300, 300),
                        row(Side.CPU, "aten::mm", 2, 100, 100),
                        row(Side.CPU, "aten::linear", 1, 100, 29.5),
                        row(Side.GPU, "Memcpy HtoD", 1, 20, 20),
                        row(Side.CPU, "aten::t", 1, 10.5, 10.5));
        assertThat(trace.millis(Side.CPU)).as("threads add up").isCloseTo(0.140, within(1e-9));
        assertThat(trace.spanMicros())
                .as("from the first operator to the last kernel")
                .isEqualTo(400);
        assertThat(trace.processes()).containsExactly("7");
        assertThat(trace.events()).isEqualTo(9);
    }

    @Test
    void aGzippedTraceIsReadTheSameWay() throws IOException {
        Path file = folder.resolve("x.pt.trace.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(TRACE.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(TraceReader.read(file)).isEqualTo(read(TRACE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"traceEvents\": [{\"ph\": \"X\",", "{\"traceEvents\": 3}"})
    void whatIsNoWholeTraceIsRefusedByName(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("x.pt.trace.json is no whole trace: ");
    }

    @Test
    void ofATraceWithMoreCallsThanFitInMemoryOnlyTheOperatorsAreLeftOutAndThatIsSaid() throws IOException {
        Trace trace = TraceReader.read(Files.writeString(folder.resolve("x.pt.trace.json"), TRACE), 3);

        assertThat(trace.operators()).isEmpty();
        assertThat(trace.untold()).isEqualTo("its 4 calls of operators are more than the 3 that are read for a table");
        assertThat(trace.events()).isEqualTo(9);
        assertThat(trace.spanMicros()).isEqualTo(400);
        assertThat(TraceReader.read(folder.resolve("x.pt.trace.json"), 4)).isEqualTo(read(TRACE));
    }

    @Test
    void aMillionCallsInNoOrderAreNestedAsTheyWere() {
        ThreadCalls calls = new ThreadCalls();
        int outer = 100_000;
        for (int i = outer - 1; i >= 0; i--) { // ten calls in each, all of them before it, from the last to the first
            for (int j = 9; j >= 0; j--) {
                calls.add(100.0 * i + 10 * j, 100.0 * i + 10 * j + 5, 1);
            }
            calls.add(100.0 * i, 100.0 * i + 100, 0);
        }

        double[] self = new double[2];
        long[] count = new long[2];
        calls.selfTimes(new ThreadCalls.SelfTimes() {
            @Override
            public void call(int name, double total) {
                count[name]++;
                self[name] += total;
            }

            @Override
            public void within(int name, double inner) {
                self[name] -= inner;
            }
        });

        assertThat(count).containsExactly(outer, 10L * outer);
        assertThat(self).containsExactly(50.0 * outer, 50.0 * outer);
    }

    private static Tuple row(Side side, String name, long calls, double total, double self) {
        return Tuple.tuple(side, name, calls, total, self);
    }

    private Trace read(String text) throws IOException {
        return TraceReader.read(Files.writeString(folder.resolve("x.pt.trace.json"), text));
    }
}
