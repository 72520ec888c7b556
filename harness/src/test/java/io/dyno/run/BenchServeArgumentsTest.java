package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.EngineInfo;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import io.dyno.plan.Point;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Golden argv: what {@code vllm bench serve} gets, element by element. */
class BenchServeArgumentsTest {
    private static List<String> argv(String... settings) throws PlanException {
        List<WrittenSetting> written = Arrays.stream(settings)
                .map(s -> s.split("=", 2))
                .map(s -> new WrittenSetting(s[0], List.of(s[1])))
                .toList();
        BenchmarkDescriptor descriptor = new BenchmarkDescriptor(
                "a.B", written, List.of(), List.of(), null, null, null, null, null, false, Set.of(), Set.of());
        EngineConfiguration configuration = Planner.plan(List.of(descriptor), PlanRequest.none())
                .configurations()
                .get(0);
        Point point = configuration.points().get(0);
        return BenchServeArguments.of(
                List.of("/opt/venv/bin/vllm"),
                new EngineInfo("http://127.0.0.1:4242", "served", "0.32.0", false),
                configuration,
                point,
                point.workload().sampling(),
                new BenchServeArguments.Files(Path.of("/run/p.jsonl"), 100, Path.of("/run/crosscheck/r.json"), 3));
    }

    @Test
    void aClosedLoopOnCompletions() throws PlanException {
        assertThat(argv("model=/models/m", "maxConcurrency=4"))
                .containsExactly(
                        "/opt/venv/bin/vllm",
                        "bench",
                        "serve",
                        "--backend",
                        "openai",
                        "--base-url",
                        "http://127.0.0.1:4242",
                        "--endpoint",
                        "/v1/completions",
                        "--model",
                        "/models/m",
                        "--served-model-name",
                        "served",
                        "--dataset-name",
                        "custom",
                        "--dataset-path",
                        "/run/p.jsonl",
                        "--custom-output-len=-1",
                        "--skip-chat-template",
                        "--disable-shuffle",
                        "--no-oversample",
                        "--num-prompts",
                        "100",
                        "--ignore-eos",
                        "--request-rate",
                        "inf",
                        "--max-concurrency",
                        "4",
                        "--seed",
                        "3",
                        "--extra-body",
                        "{\"temperature\":0.0,\"stream_options\":{\"continuous_usage_stats\":true,\"include_usage\":true}}",
                        "--percentile-metrics",
                        "ttft,tpot,itl,e2el",
                        "--metric-percentiles",
                        "99",
                        "--disable-tqdm",
                        "--save-result",
                        "--save-detailed",
                        "--result-dir",
                        "/run/crosscheck",
                        "--result-filename",
                        "r.json");
    }

    @Test
    void anOpenLoopHasItsRateItsBurstinessAndItsLimit() throws PlanException {
        assertThat(argv("model=m", "requestRate=10", "burstiness=inf", "maxConcurrency=8"))
                .containsSubsequence(
                        "--request-rate", "10.0", "--burstiness", "inf", "--max-concurrency", "8", "--seed");
        assertThat(argv("model=m", "requestRate=0.5")).doesNotContain("--max-concurrency");
    }

    @Test
    void chatHasItsOwnBackendAndEndpoint() throws PlanException {
        assertThat(argv("model=m", "endpoint=CHAT", "dataset=dyno"))
                .containsSubsequence("--backend", "openai-chat", "--endpoint", "/v1/chat/completions");
    }

    @Test
    void anotherTokenizerIsAlsoItsOwn() throws PlanException {
        assertThat(argv("model=m", "tokenizer=t", "trust-remote-code=true"))
                .containsSubsequence("--tokenizer", "t", "--trust-remote-code");
    }
}
