package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.dyno.engine.EngineHandle;
import io.dyno.engine.Launcher.StartupPhase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines as vLLM 0.32.0 and its neighbours print them. */
class StartupLogTest {
    private final StartupLog log = new StartupLog();

    @Test
    void phasesAreReadInTheOrderSeenAndOnce() {
        List.of(
                        "(EngineCore pid=1504) INFO 04-24 12:35:14 [weight_utils.py:581] Time spent downloading weights for Qwen/Qwen3-8B: 17.034664 seconds",
                        "Loading safetensors checkpoint shards: 100% Completed | 1/1 [00:00<00:00, 12.35it/s]",
                        "(Worker_TP0 pid=7165) INFO 11-23 01:32:29 [default_loader.py:501] Loading weights took 11.08 seconds",
                        "(Worker_TP1 pid=7166) INFO 11-23 01:32:29 [default_loader.py:501] Loading weights took 11.90 seconds",
                        "(EngineCore pid=1) INFO 02-16 14:53:25 [monitor.py:34] torch.compile takes 23.85 s in total",
                        "(EngineCore pid=7122) INFO 11-23 01:32:30 [kv_cache_utils.py:2327] GPU KV cache size: 412,160 tokens, Maximum concurrency for 2,048 tokens per request: 201.25x",
                        "(EngineCore pid=1) INFO 10-06 12:00:40 [gpu_model_runner.py:3480] Graph capturing finished in 17 secs, took 0.31 GiB")
                .forEach(log::read);

        assertThat(log.phases())
                .containsExactly(
                        new StartupPhase("download", null, 17.034664),
                        new StartupPhase("weights", null, 11.08),
                        new StartupPhase("compile", null, 23.85),
                        new StartupPhase("kv-cache", "412,160 tokens", null),
                        new StartupPhase("graphs", "0.31 GiB", 17.0));
    }

    @Test
    void whatIsInForceHasOurNamesAndPlainValues() {
        List.of(
                        "(APIServer pid=7063) INFO 11-23 01:32:04 [model.py:2152] Using max model len 2048",
                        "(EngineCore pid=7122) INFO 11-23 01:32:18 [core.py:133] Initializing a V1 LLM engine (v0.32.0) with config: model='m', speculative_config=None, tokenizer='t', dtype=torch.bfloat16, max_seq_len=2048, tensor_parallel_size=2, pipeline_parallel_size=1, quantization=None, enforce_eager=True, kv_cache_dtype=auto, seed=0, enable_prefix_caching=True, chunked_prefill_enabled=True",
                        "INFO Chunked prefill is enabled with max_num_batched_tokens=8192.",
                        "INFO 11-23 [fp8.py:205] Using Triton backend for FP8 MoE",
                        "INFO 11-23 [cuda.py:1] Using FLASHINFER attention backend out of potential backends",
                        "INFO GPU KV cache size: 2,097,152 tokens")
                .forEach(log::read);

        assertThat(log.inForce())
                .containsOnly(
                        entry("maxModelLen", "2048"),
                        entry("dtype", "bfloat16"),
                        entry("tp", "2"),
                        entry("pp", "1"),
                        entry("enforceEager", "true"),
                        entry("kvCacheDtype", "auto"),
                        entry("engineSeed", "0"),
                        entry("enablePrefixCaching", "true"),
                        entry("maxNumBatchedTokens", "8192"),
                        entry("quantization", "none"),
                        entry("enable-chunked-prefill", "true"),
                        entry("attention-backend", "FLASHINFER"),
                        entry("kv_cache_size_tokens", "2097152"));
    }

    @Test
    void theLogOfARealStartTellsWhatIsInForce() throws IOException {
        try (InputStream in = EngineHandle.class.getResourceAsStream("start-eager.log")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(log::read);
        }

        assertThat(log.inForce())
                .containsOnly(
                        entry("maxModelLen", "2048"),
                        entry("dtype", "bfloat16"),
                        entry("tp", "1"),
                        entry("pp", "1"),
                        entry("dp", "1"),
                        entry("enforceEager", "true"),
                        entry("quantization", "none"),
                        entry("kvCacheDtype", "auto"),
                        entry("device", "cpu"),
                        entry("engineSeed", "0"),
                        entry("enablePrefixCaching", "true"),
                        entry("enable-chunked-prefill", "true"),
                        entry("compilation_mode", "NONE"),
                        entry("cudagraph_mode", "NONE"),
                        entry("kv_cache_size_tokens", "2097152"));
    }

    @Test
    void aDownloadIsUnderWayWhileItsProgressIsTheLastLine() {
        log.read("model-00001-of-00004.safetensors:  45%|####5     | 1.2G/2.5G [00:10<00:12, 110MB/s]");
        assertThat(log.downloading()).isTrue();

        assertThat(log.read("Loading safetensors checkpoint shards:   0% Completed | 0/1 [00:00<?, ?it/s]"))
                .isEqualTo(Optional.empty());
        assertThat(log.downloading()).isFalse();
    }
}
