package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimConfigTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            H100 | -                              | 8192 | 1024
            A100 | -                              | 2048 | 256
            L4   | --max-model-len 4096           | 2048 | 256
            H100 | --no-enable-chunked-prefill    | 40960 | 1024
            H100 | --max-num-batched-tokens 512   | 512  | 512
            H100 | --max-num-batched-tokens 2K    | 2048 | 1024
            """)
    void stepsAreAsLargeAsVllmMakesThemOnThatGpu(String gpu, String flags, int tokens, int sequences) throws Refusal {
        SimConfig config = config("Qwen/Qwen3-8B", "gpu=" + gpu, flags);
        assertThat(config.maxNumBatchedTokens()).isEqualTo(tokens);
        assertThat(config.maxNumSeqs()).isEqualTo(sequences);
    }

    @Test
    void theKvCacheTakesWhatIsLeftOfTheMemory() throws Refusal {
        SimConfig config = config("Qwen/Qwen3-8B", "gpu=H100", null);
        double gib = 1L << 30;
        assertThat(new GpuMemory(config).weightBytes() / gib)
                .as("8.19 billion parameters of two bytes")
                .isCloseTo(15.26, within(0.01));
        assertThat(config.kvCacheBytes() / gib)
                .as("92 %% of 79.6 GiB, without weights, a full step, context and graphs")
                .isBetween(54.0, 56.0);
        assertThat(new GpuMemory(config).tokenBytes())
                .as("2 · 36 layers · 8 heads · 128 · 2 bytes")
                .isEqualTo(147_456);
        assertThat(config("Qwen/Qwen3-8B", "gpu=H100", "--enforce-eager").kvCacheBytes() - config.kvCacheBytes())
                .as("no CUDA graphs")
                .isEqualTo(GpuMemory.CUDA_GRAPH_BYTES);
    }

    @Test
    void theLongestLengthCanBeFittedToTheMemory() throws Refusal {
        SimConfig config = config("Qwen/Qwen3-8B", "gpu=L4", "--max-model-len auto");
        assertThat(config.maxModelLen())
                .as("what fits, less than the model's 40,960")
                .isBetween(16_000, 40_000);
        assertThat((long) config.maxModelLen()).isEqualTo(config.kvTokens());
    }

    @Test
    void aLongerLengthIsTakenWhereTheEnvironmentAllowsIt() throws Refusal {
        Flags flags = ServeArguments.parse(List.of("--max-model-len", "50000")).flags();
        SimConfig config = SimConfig.of(ModelShapes.builtIn("Qwen/Qwen3-8B"), SimOptions.DEFAULT, flags, true);
        assertThat(config.maxModelLen()).isEqualTo(50_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Qwen/Qwen3-8B | gpu=H100;gpus=2 | --tensor-parallel-size 4 | World size (4) is larger than the number of available GPUs (2) in this node.
            Qwen/Qwen3-8B | gpu=H100;gpus=2 | -tp 2 -dp 2 | World size (4) is larger than the number of available GPUs (2) in this node.
            Qwen/Qwen3-8B | gpu=H100 | -tp 3 | Total number of attention heads (32) must be divisible by tensor parallel size (3).
            Qwen/Qwen3-8B | gpu=H100 | --max-model-len 50000 | User-specified max_model_len (50000) is greater than the derived max_model_len (max_position_embeddings=40960
            Qwen/Qwen3-8B | gpu=H100 | --max-num-batched-tokens 512 --max-num-seqs 1024 | max_num_batched_tokens (512) must be greater than or equal to max_num_seqs (1024).
            Qwen/Qwen3-8B | gpu=H100 | --max-num-batched-tokens 512 --no-enable-chunked-prefill | max_num_batched_tokens (512) is smaller than max_model_len (40960).
            Qwen/Qwen3-8B | gpu=H100 | --gpu-memory-utilization 1.2 | Input should be less than or equal to 1
            Qwen/Qwen3-8B | gpu=H100 | --max-num-seqs 0 | Input should be greater than or equal to 1
            Qwen/Qwen3-8B | gpu=H100 | --gpu-memory-utilization 0.2 | No available memory for the cache blocks. Try increasing `gpu_memory_utilization`
            Qwen/Qwen3-8B | gpu=L4 | --max-num-seqs 256 | To serve at least one request with the model's max seq len (40960), 5.63 GiB KV cache is needed, which is larger than the available KV cache memory
            Qwen/Qwen3-32B | gpu=L4 | --max-model-len 1024 | torch.OutOfMemoryError: CUDA out of memory.
            meta-llama/Llama-3.1-70B | gpu=H100 | --max-model-len 1024 | torch.OutOfMemoryError: CUDA out of memory.
            Qwen/Qwen3-8B | gpu=H100 | --quantization magic | does not know how large weights quantized by magic are
            """)
    void whatVllmRefusesIsRefusedInItsWords(String model, String machine, String flags, String message) {
        assertThatThrownBy(() -> config(model, machine, flags))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((Refusal) e).exitCode()).isEqualTo(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --no-such-flag            | vllm: error: unrecognized arguments: --no-such-flag
            --max-num-sqs 4           | vllm: error: unrecognized arguments: --max-num-sqs 4
            one two                   | vllm: error: unrecognized arguments: two
            --max-num-seqs            | vllm serve: error: argument --max-num-seqs: expected one argument
            --max-num-seqs many       | argument --max-num-seqs: invalid int value: 'many'
            --gpu-memory-utilization x | argument --gpu-memory-utilization: invalid float value: 'x'
            --dtype int3              | invalid choice: 'int3' (choose from 'auto', 'bfloat16'
            """)
    void aCommandLineThatCannotBeReadIsRefusedAsArgparseDoes(String arguments, String message) {
        assertThatThrownBy(() -> config("Qwen/Qwen3-8B", "gpu=H100", arguments))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((Refusal) e).exitCode()).isEqualTo(2));
    }

    @Test
    void everySpellingOfAFlagIsTheSameFlag() throws Refusal {
        Stream.of("-tp 2", "--tensor-parallel-size 2", "--tensor-parallel-size=2", "--tensor_parallel_size 2")
                .forEach(text -> {
                    try {
                        assertThat(ServeArguments.parse(Arrays.asList(text.split(" ")))
                                        .flags()
                                        .text("tensor-parallel-size"))
                                .as(text)
                                .contains("2");
                    } catch (Refusal e) {
                        throw new AssertionError(text + ": " + e.getMessage(), e);
                    }
                });
        ServeArguments arguments = ServeArguments.parse(List.of(
                "acme/model",
                "--served-model-name",
                "a",
                "b",
                "--profiler-config.profiler",
                "torch",
                "--no-enable-prefix-caching"));
        assertThat(arguments.model()).isEqualTo("acme/model");
        assertThat(arguments.servedNames()).containsExactly("a", "b");
        assertThat(arguments.flags().text("profiler-config.profiler")).contains("torch");
        assertThat(arguments.flags().on("enable-prefix-caching", true)).isFalse();
    }

    @Test
    void flagsThatChangeNothingHereAreNamed() throws Refusal {
        ServeArguments arguments = ServeArguments.parse(
                List.of("m", "--port", "1", "-tp", "2", "--speculative-config", "{}", "--async-scheduling"));
        assertThat(arguments.notModelled()).containsExactly("speculative-config", "async-scheduling");
    }

    private static SimConfig config(String model, String machine, String flags) throws Refusal {
        List<String> words = flags == null ? List.of() : Arrays.asList(flags.split(" "));
        return SimConfig.of(
                ModelShapes.builtIn(model),
                SimOptions.parse(machine),
                ServeArguments.parse(words).flags(),
                false);
    }
}
