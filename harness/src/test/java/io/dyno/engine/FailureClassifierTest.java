package io.dyno.engine;

import static io.dyno.metrics.FailureClass.CONFIG_ERROR;
import static io.dyno.metrics.FailureClass.OOM_GPU;
import static io.dyno.metrics.FailureClass.OOM_HOST;
import static io.dyno.metrics.FailureClass.PORT_CONFLICT;
import static io.dyno.metrics.FailureClass.SERVER_CRASH;
import static io.dyno.metrics.FailureClass.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dyno.engine.FailureClassifier.Verdict;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureClassifierTest {
    private static final ProcessExit FAILED = new ProcessExit(1, null);
    private static final ProcessExit USAGE = new ProcessExit(2, null);
    private static final ProcessExit KILLED = new ProcessExit(null, 9);

    static Stream<Arguments> logs() {
        return Stream.of(
                arguments("", SERVER_CRASH, 0),
                arguments("INFO all is well", SERVER_CRASH, 0),
                arguments("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.11 GiB", OOM_GPU, 1),
                arguments("TORCH.OUTOFMEMORYERROR: cuda OUT OF memory", OOM_GPU, 1),
                arguments("RuntimeError: CUDA error: out of memory", OOM_GPU, 1),
                arguments("ValueError: No available memory for the cache blocks. Try increasing …", OOM_GPU, 1),
                arguments("ValueError:\nNo available memory for the cache blocks", SERVER_CRASH, 0),
                arguments(
                        "ValueError: Free memory on device cuda:0 (2.6/79.2 GiB) on startup is less than desired GPU memory utilization (0.9, 71 GiB).",
                        OOM_GPU,
                        1),
                arguments(
                        "ValueError: To serve at least one request with the model's max seq len (131072), 4.0 GiB KV cache is needed, which is larger than the available KV cache memory (0.65 GiB).",
                        OOM_GPU,
                        1),
                arguments("slurmstepd: CANCELLED DUE TO TIME LIMIT ***", TIMEOUT, 1),
                arguments("Failed to start VLLMServer server\nCANCELLED DUE TO TIME LIMIT", TIMEOUT, 2),
                arguments("CANCELLED DUE TO TIME LIMIT\nOutOfMemoryError", OOM_GPU, 2),
                arguments("Server encountered unrecoverable error", SERVER_CRASH, 1),
                arguments("java.lang.OutOfMemoryError: Java heap space", OOM_HOST, 1),
                arguments("MemoryError", OOM_HOST, 1),
                arguments("slurmstepd: error: Detected 1 oom_kill event in StepId=1.0", OOM_HOST, 1),
                arguments("OSError: [Errno 98] Address already in use", PORT_CONFLICT, 1),
                arguments("vllm serve: error: unrecognized arguments: --max-num-seq 3", CONFIG_ERROR, 1),
                arguments(
                        "OSError: x/y is not a local folder and is not a valid model identifier listed on …",
                        CONFIG_ERROR,
                        1),
                arguments("NCCL error: unhandled system error", SERVER_CRASH, 0));
    }

    @ParameterizedTest
    @MethodSource("logs")
    void aLogsWordsDecideWhereTheExitDoesNot(String log, FailureClass type, int line) {
        Verdict verdict = FailureClassifier.classify(FAILED, false, log.lines());

        assertThat(verdict.type()).isEqualTo(type);
        assertThat(verdict.lineNumber()).as("deciding line").isEqualTo(line);
    }

    @Test
    void theMiddleOfALongLogIsReadToo() {
        List<String> filler = Collections.nCopies(5_000, "INFO a line of forty characters, more or less");

        Verdict verdict = FailureClassifier.classify(
                FAILED,
                false,
                Stream.of(filler.stream(), Stream.of("  CUDA out of memory "), filler.stream())
                        .flatMap(lines -> lines));

        assertThat(verdict).isEqualTo(new Verdict(OOM_GPU, "CUDA out of memory", 5_001));
    }

    @Test
    void theFirstLineThatMatchesTheBestRuleIsShown() {
        Verdict verdict = FailureClassifier.classify(
                FAILED, false, Stream.of("EngineDeadError", "CUDA out of memory: first", "CUDA out of memory: second"));

        assertThat(verdict).isEqualTo(new Verdict(OOM_GPU, "CUDA out of memory: first", 2));
    }

    @Test
    void promptsAndAnswersAreNeverLookedAt() {
        Verdict verdict = FailureClassifier.classify(
                FAILED,
                false,
                Stream.of(
                        "INFO [logger.py:40] Received request cmpl-1: prompt: 'Why does CUDA out of memory happen?', params: …",
                        "INFO [logger.py:60] Generated response cmpl-1: output: 'CUDA out of memory happens when …'",
                        "  {'type': 'int_parsing', 'msg': '…', 'input': 'CUDA out of memory'}"));

        assertThat(verdict.type()).isEqualTo(SERVER_CRASH);
    }

    @Test
    void theExitComesBeforeTheLog() {
        assertThat(FailureClassifier.classify(USAGE, false, Stream.of("EngineDeadError")))
                .as("argparse's code")
                .isEqualTo(new Verdict(CONFIG_ERROR, null, 0));
        assertThat(FailureClassifier.classify(USAGE, false, Stream.of("vllm: error: argument --tp: no"))
                        .line())
                .as("argparse's words")
                .isEqualTo("vllm: error: argument --tp: no");
        assertThat(FailureClassifier.classify(KILLED, true, Stream.of("CUDA out of memory"))
                        .type())
                .as("killed while the kernel's OOM killer was at work")
                .isEqualTo(OOM_HOST);
        assertThat(FailureClassifier.classify(KILLED, false, Stream.of()).type())
                .as("killed by somebody")
                .isEqualTo(SERVER_CRASH);
    }

    @Test
    void thePatternsHaveAVersion() {
        assertThat(FailureClassifier.patternsVersion()).isPositive();
    }
}
