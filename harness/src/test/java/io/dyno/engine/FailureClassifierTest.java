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

    /** Deciding parts of logs of the real vLLM 0.32.0: class, number of the line, what is shown. */
    static Stream<Arguments> realLogs() {
        return Stream.of(
                arguments("""
                        usage: vllm [-h] [-v]
                                    {chat,complete,serve,launch,bench,collect-env}
                                    ...
                        vllm: error: unrecognized arguments: --no-such-flag-at-all 3
                        """, USAGE, CONFIG_ERROR, 4, "vllm: error: unrecognized arguments: --no-such-flag-at-all 3"),
                arguments(
                        """
                        usage: vllm serve [model_tag] [options]
                        vllm serve: error: argument --compilation-config/-cc: 1 validation error for CompilationConfig
                        mode
                          Input should be 0, 1, 2 or 3 [type=enum, input_value=99, input_type=int]
                            For further information visit https://errors.pydantic.dev/2.14/v/enum
                        """,
                        USAGE,
                        CONFIG_ERROR,
                        2,
                        "vllm serve: error: argument --compilation-config/-cc: 1 validation error for CompilationConfig:"
                                + " mode: Input should be 0, 1, 2 or 3"),
                arguments(
                        """
                        (APIServer pid=1) INFO 11-23 06:42:43 [model.py:733] Resolved architecture: Qwen3ForCausalLM
                        Traceback (most recent call last):
                            s.__pydantic_validator__.validate_python(ArgsKwargs(args, kwargs), self_instance=s)
                        pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig
                          Value error, User-specified max_model_len (8192) is greater than the derived max_model_len (max_position_embeddings=4096 or model_max_length=None in model's config.json). To allow overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1. [type=value_error, input_value=ArgsKwargs((), {'model': 'tiny'}), input_type=ArgsKwargs]
                            For further information visit https://errors.pydantic.dev/2.14/v/value_error
                        """,
                        FAILED,
                        CONFIG_ERROR,
                        4,
                        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig: Value error,"
                                + " User-specified max_model_len (8192) is greater than the derived max_model_len"
                                + " (max_position_embeddings=4096 or model_max_length=None in model's config.json). To allow"
                                + " overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1."),
                arguments(
                        """
                        (APIServer pid=1) WARNING 11-23 06:42:25 [system_utils.py:255] Found ulimit of 20000 and failed to automatically increase with error current limit exceeds maximum limit. This can cause fd limit errors like `OSError: [Errno 24] Too many open files`.
                            raise LocalEntryNotFoundError(
                        huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the specified revision on the local disk and outgoing traffic has been disabled.
                        """,
                        FAILED,
                        CONFIG_ERROR,
                        3,
                        "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for"
                                + " the specified revision on the local disk and outgoing traffic has been disabled."),
                arguments(
                        """
                        (Worker pid=3) ERROR 11-23 06:46:23 [multiproc_executor.py:953] Traceback (most recent call last):
                        (Worker pid=3) ERROR 11-23 06:46:23 [multiproc_executor.py:953] safetensors._safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered
                        (EngineCore pid=2) ERROR 11-23 06:46:29 [core.py:1510] EngineCore failed to start.
                        (EngineCore pid=2) ERROR 11-23 06:46:29 [core.py:1510] Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.
                        RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}
                        """,
                        FAILED,
                        CONFIG_ERROR,
                        2,
                        "safetensors._safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata,"
                                + " file not fully covered"),
                arguments(
                        """
                        (Worker pid=3) ERROR 11-23 06:46:23 [multiproc_executor.py:953] ValueError: Available memory on node 0 (15.1/23.4 GiB) on kv cache allocation is less than requested memory for kv (100000.0 GiB). Decrease --kv-cache-memory-bytes, VLLM_CPU_KVCACHE_SPACE, or reduce CPU memory used by other processes.
                        """,
                        FAILED,
                        OOM_HOST,
                        1,
                        "ValueError: Available memory on node 0 (15.1/23.4 GiB) on kv cache allocation is less than requested"
                                + " memory for kv (100000.0 GiB). Decrease --kv-cache-memory-bytes, VLLM_CPU_KVCACHE_SPACE, or"
                                + " reduce CPU memory used by other processes."),
                arguments("""
                        (EngineCore pid=2) ERROR 11-23 06:46:29 [core.py:1510] EngineCore encountered a fatal error.
                        (EngineCore pid=2) ERROR 11-23 06:46:29 [core.py:1510] ZeroDivisionError: division by zero
                        (APIServer pid=1) ERROR 11-23 06:46:29 [async_llm.py:700] vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.
                        """, FAILED, SERVER_CRASH, 2, "ZeroDivisionError: division by zero"),
                arguments(
                        "python3: can't open file '/home/me/serve': [Errno 2] No such file or directory",
                        USAGE,
                        CONFIG_ERROR,
                        1,
                        "python3: can't open file '/home/me/serve': [Errno 2] No such file or directory"));
    }

    @ParameterizedTest
    @MethodSource("realLogs")
    void whatTheRealEngineWritesIsUnderstood(
            String log, ProcessExit exit, FailureClass type, int number, String shown) {
        assertThat(FailureClassifier.classify(exit, false, log.lines())).isEqualTo(new Verdict(type, shown, number));
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
                        "INFO [logger.py:40] Received request cmpl-1: prompt: 'torch.OutOfMemoryError: Why does CUDA out of memory happen?', params: …",
                        "INFO [logger.py:60] Generated response cmpl-1: output: 'CUDA out of memory happens when …'",
                        "(APIServer pid=1) DEBUG 11-23 06:46:29 [request_logger.py:56] Request cmpl-1 details: prompt: 'CUDA out of memory', prompt_token_ids: [1], prompt_embeds shape: None.",
                        "(APIServer pid=1) DEBUG 11-23 06:46:29 [request_logger.py:73] Request cmpl-1 JSON body: {\"x\":\"[Errno 98] Address already in use\"}",
                        "(APIServer pid=1) INFO 11-23 06:46:29 [anything.py:1] a new wording of the future: CUDA out of memory, he said",
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
