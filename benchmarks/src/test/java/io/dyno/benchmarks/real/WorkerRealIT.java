package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.BatchDriver.Batch;
import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.EngineWish;
import io.dyno.engine.Engines;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.WorkerHandle;
import io.dyno.engine.local.LocalLauncher;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real vLLM as an offline engine: one process, and two ranks under the real torchrun. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class WorkerRealIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int INPUT = 64;
    private static final int OUTPUT = 16;

    @TempDir
    Path folder;

    @Test
    void oneProcessGeneratesBatchesRefusesWhatItCannotDoAndGoesOn() throws Exception {
        try (WorkerHandle engine = launch();
                BatchDriver driver = engine.open(LONG, true)) {
            assertThat(engine.info().version()).startsWith("0.");
            assertThat(engine.startSeconds().get("init")).isPositive();
            assertThat(engine.startSeconds())
                    .as("nothing is compiled in eager mode, and that is no 0")
                    .doesNotContainKey("compilation");
            assertThat(engine.inForce().values())
                    .containsEntry("maxModelLen", "2048")
                    .containsEntry("dtype", "bfloat16")
                    .containsEntry("enforceEager", "true")
                    .containsKey("kv_cache_size_tokens");

            assertThatABatchIsWhole(driver.generate(requests(5, INPUT, Endpoint.COMPLETIONS)), 5, 1);

            EngineException refused = catchThrowableOfType(
                    EngineException.class, () -> driver.generate(requests(1, 3000, Endpoint.COMPLETIONS)));
            assertThat(refused.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR);
            assertThat(refused.failure().message()).contains("2048").contains("3000");

            Batch chat = driver.generate(List.of(request(0, Prompt.of("Say something."), Endpoint.CHAT)));
            assertThat(chat.records().get(0).tokensIn())
                    .as("with the chat template, as it is counted beforehand")
                    .isEqualTo(engine.countChatTokens("Say something."));
            assertThat(engine.resetPrefixCache()).isTrue();
        }
    }

    @Test
    void twoRanksUnderTorchrunShareABatchAlsoUnevenlyAndTheOneThatIsKilledIsNamed() throws Exception {
        try (WorkerHandle engine = launch(set("dp", "2"));
                BatchDriver driver = engine.open(LONG, false)) {
            assertThat(engine.dataParallelSize()).isEqualTo(2);
            assertThatABatchIsWhole(driver.generate(requests(5, INPUT, Endpoint.COMPLETIONS)), 5, 2);

            List<InferenceRequest> oneTooLong = new ArrayList<>(requests(1, 3000, Endpoint.COMPLETIONS));
            oneTooLong.addAll(requests(3, INPUT, Endpoint.COMPLETIONS));
            EngineException refused = catchThrowableOfType(EngineException.class, () -> driver.generate(oneTooLong));
            assertThat(refused.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR);
            assertThatABatchIsWhole(driver.generate(requests(4, INPUT, Endpoint.COMPLETIONS)), 4, 2);

            ProcessHandle rank = ProcessHandle.of(engine.pids().get(0)).stream()
                    .flatMap(ProcessHandle::children)
                    .filter(child -> environment(child).contains("\0RANK=1\0"))
                    .findFirst()
                    .orElseThrow();
            rank.destroyForcibly();

            EngineFailure failure = engine.died().get(5, TimeUnit.SECONDS);
            assertThat(failure.message()).contains("rank 1 of 2 (pid " + rank.pid() + ") ended first");
            assertThat(failure.type()).isEqualTo(FailureClass.SERVER_CRASH);
        }
    }

    private static void assertThatABatchIsWhole(Batch batch, int requests, int ranks) {
        assertThat(batch.unknown()).isEmpty();
        assertThat(batch.records()).hasSize(requests).allMatch(RequestRecord::ok);
        assertThat(batch.records().stream().mapToInt(RequestRecord::tokensIn).sum())
                .isEqualTo(requests * INPUT);
        assertThat(batch.records().stream().mapToInt(RequestRecord::tokensOut).sum())
                .isEqualTo(requests * OUTPUT);
        for (int i = 0; i < requests; i++) {
            RequestRecord record = batch.records().get(i);
            assertThat(record.index()).isEqualTo(i);
            assertThat(record.target()).isEqualTo(ranks == 1 ? null : "rank " + i % ranks);
            assertThat(record.tokenSource()).isEqualTo(TokenSource.ENGINE_STATS);
            assertThat(record.tokensCached()).isNotNull();
            assertThat(List.of(
                            batch.start(),
                            record.sent(),
                            record.scheduled(),
                            record.chunks().at(0),
                            record.chunks().at(1),
                            record.end(),
                            batch.end()))
                    .as("start, arrival, scheduled, first token, last token, end of request %d", i)
                    .isSorted();
        }
    }

    private static String environment(ProcessHandle process) {
        try {
            return "\0" + Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"));
        } catch (IOException e) {
            return "";
        }
    }

    private WorkerHandle launch(WrittenSetting... more) throws Exception {
        List<WrittenSetting> settings = new ArrayList<>(List.of(
                set("model", RealVllm.model().toString()),
                set("maxModelLen", "2048"),
                set("gpuMemoryUtilization", "0.3"),
                set("enforceEager", "true")));
        settings.addAll(List.of(more));
        EngineChoice choice =
                Engines.choose(new EngineWish("vllm", RealVllm.home().toString(), List.of(), null, true));
        for (Map.Entry<String, String> variable : RealVllm.ENVIRONMENT.entrySet()) {
            choice = choice.with(variable.getKey(), variable.getValue());
        }
        EngineSpec spec = EngineSpecs.of(offline(settings), choice);
        Request request = new Request(folder.resolve("engine.log"), LONG, UnaryOperator.identity(), phase -> {});
        return (WorkerHandle) new LocalLauncher().launch(spec, request);
    }

    private static EngineConfiguration offline(List<WrittenSetting> settings) throws Exception {
        BenchmarkDescriptor written = new BenchmarkDescriptor(
                "a.B", settings, List.of(), List.of(), null, null, null, null, null, false, Set.of(), Set.of());
        EngineConfiguration server = Planner.plan(List.of(written), PlanRequest.none())
                .configurations()
                .get(0);
        return new EngineConfiguration(
                server.id(),
                server.benchmark(),
                EngineConfiguration.Kind.WORKER,
                server.params(),
                server.settings(),
                server.topology(),
                server.forks(),
                server.warmupForks(),
                server.points());
    }

    private static WrittenSetting set(String name, String value) {
        return new WrittenSetting(name, List.of(value));
    }

    private static List<InferenceRequest> requests(int count, int length, Endpoint endpoint) {
        return IntStream.range(0, count)
                .mapToObj(i -> request(
                        i,
                        Prompt.ofTokens(IntStream.range(0, length)
                                .map(k -> 5 + (k * 7 + i * 11) % 1000)
                                .toArray()),
                        endpoint))
                .toList();
    }

    private static InferenceRequest request(int index, Prompt prompt, Endpoint endpoint) {
        return new InferenceRequest(
                "0", index, "00", prompt, OUTPUT, true, Map.of("temperature", 0.0), endpoint, 0, LONG.toNanos());
    }
}
