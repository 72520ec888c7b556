package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.contract.WorkerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the simulated worker starts, ends, and fails when it is asked to. Each test is a real process, or several. */
@Timeout(120)
class WorkerFaultsTest {
    private static final String TWO = "{\"op\":\"generate\",\"requests\":["
            + "{\"prompt\":[5,6],\"maxTokens\":2,\"ignoreEos\":true},{\"prompt\":[7],\"maxTokens\":2,\"ignoreEos\":true}],"
            + "\"sampling\":{\"temperature\":0}}";

    @Test
    void itStopsWithCodeZeroWhenItIsTold() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100", "--enforce-eager")) {
            assertThat(process.ready().ask("{\"op\":\"stop\"}").toString()).isEqualTo("{\"ok\":{}}");
            assertThat(process.exitCode()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}: exit {1}")
    @CsvSource({"crash@r3, 139, ''", "oom@r3, 1, torch.OutOfMemoryError: CUDA out of memory."})
    void anEngineThatDiesAnswersTheBatchesBeforeAndNothingMore(String fault, int code, String says) throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=" + fault, "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            assertThat(worker.ask(TWO).at("/ok/results")).as("requests 1 and 2").hasSize(2);
            worker.tell(TWO);
            assertThat(worker.line()).as("the third request is hit").isEmpty();
            assertThat(process.exitCode()).isEqualTo(code);
            assertThat(process.log()).contains(says);
        }
    }

    @Test
    void aFaultMayComeAtATimeBetweenBatches() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=crash@0.2s", "--enforce-eager")) {
            assertThat(process.ready().line()).isEmpty();
            assertThat(process.exitCode()).isEqualTo(139);
        }
    }

    @Test
    void aHungWorkerAnswersNothingAndStillEndsWithItsSocket() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=hang@r1", "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            worker.tell(TWO);
            worker.tell("{\"op\":\"describe\"}");
            worker.tell("{\"op\":\"stop\"}");
            assertThat(worker.silent(300)).isTrue();
            assertThat(process.process().isAlive()).isTrue();
            worker.close();
            assertThat(process.exitCode()).isZero();
        }
    }

    @Test
    void aStalledEngineGeneratesNothingAndAnswersAllElse() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=stall@r1", "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            worker.tell(TWO);
            assertThat(worker.ask("{\"op\":\"count\",\"text\":\"a\"}")
                            .at("/ok/tokens")
                            .asInt())
                    .isPositive();
        }
    }

    @Test
    void rubbishComesWhereAnAnswerShould() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=rubbish@r3", "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            assertThat(worker.ask(TWO).at("/ok/results")).hasSize(2);
            worker.tell(TWO);
            assertThat(worker.line().orElseThrow()).startsWith("%%% rubbish");
            assertThat(worker.ask("{\"op\":\"resetPrefixCache\"}").toString()).isEqualTo("{\"ok\":{\"reset\":true}}");
        }
    }

    @Test
    void aCutAnswerEndsInItsMiddleAndTheProcessWithCodeZero() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=cut@r1", "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            worker.tell(TWO);
            assertThat(worker.line().orElseThrow())
                    .startsWith("{\"id\":1,\"ok\":{")
                    .doesNotEndWith("}}");
            assertThat(worker.line()).isEmpty();
            assertThat(process.exitCode()).isZero();
        }
    }

    @Test
    void anEngineThatFailsEveryBatchSaysSoAndLives() throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100;fault=http-500@r1", "--enforce-eager")) {
            WorkerProcess.Connection worker = process.ready();
            assertThat(worker.ask(TWO).at("/error/type").asText()).isEqualTo("RuntimeError");
            assertThat(worker.ask("{\"op\":\"describe\"}").has("ok")).isTrue();
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            gpu=H100;fault=oom@start |                          | RuntimeError    | Engine core initialization failed.           | OutOfMemoryError: CUDA out of memory
            gpu=H100                 | --max-model-len=99999999 | ValidationError | User-specified max_model_len (99999999)      | User-specified max_model_len (99999999)
            gpu=H100                 | --data-parallel-size=2   | ValueError      | not supported for single-process usage       | not supported for single-process usage
            gpu=H100;gpus=1          | --tensor-parallel-size=2 | ValidationError | World size (2) is larger than the number     | World size (2) is larger than the number
            """)
    void aStartThatFailsIsToldOnTheSocketAndInTheLog(
            String machine, String flag, String type, String message, String log) throws Exception {
        String[] flags = flag == null ? new String[] {} : new String[] {flag};
        try (WorkerProcess process = WorkerProcess.simulated(machine, flags)) {
            WorkerProcess.Connection worker = process.connection();
            assertThat(worker.line().orElseThrow()).startsWith("{\"event\":\"hello\"");
            assertThat(worker.line().orElseThrow())
                    .startsWith("{\"event\":\"failed\",\"type\":\"" + type + "\",\"message\":\"")
                    .contains(message);
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.log()).contains(log);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            --max-num-sequences 4 | dyno_worker.py: error: unrecognized arguments: --max-num-sequences 4
            --uvicorn-log-level x | dyno_worker.py: error: unrecognized arguments: --uvicorn-log-level x
            --dtype int3          | dyno_worker.py: error: argument --dtype: invalid choice: 'int3'
            """)
    void aCommandLineThatCannotBeReadIsExitTwo(String flags, String says) throws Exception {
        try (WorkerProcess process = WorkerProcess.simulated("gpu=H100", flags.split(" "))) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.log()).contains(says);
        }
    }

    @Test
    void theFirstStartCompilesAndTheNextLoadsWhatItLeft(@TempDir Path caches) throws Exception {
        JsonNode cold = startWith(caches, "Compiling a graph for compile range (1, 16384) takes");
        JsonNode warm =
                startWith(caches, "Directly load the compiled graph(s) for compile range (1, 16384) from the cache");

        assertThat(caches.resolve("torch_compile_cache")).isNotEmptyDirectory();
        assertThat(cold.path("compilation").asDouble())
                .isGreaterThan(5 * warm.path("compilation").asDouble());
        assertThat(cold.path("model_load")).isEqualTo(warm.path("model_load"));
        assertThat(cold.path("init").asDouble() - warm.path("init").asDouble())
                .as("only compiling makes the difference")
                .isCloseTo(
                        cold.path("compilation").asDouble()
                                - warm.path("compilation").asDouble(),
                        org.assertj.core.api.Assertions.within(1e-9));
    }

    private static JsonNode startWith(Path caches, String says) throws Exception {
        try (WorkerProcess process =
                WorkerProcess.simulated(List.of(), "gpu=H100", Map.of("VLLM_CACHE_ROOT", caches.toString()))) {
            JsonNode seconds = process.ready().description().path("seconds");
            assertThat(process.log())
                    .contains("Using cache directory: " + caches)
                    .contains(says);
            return seconds;
        }
    }

    @Test
    void underTorchrunEveryRankServesItsReplica() throws Exception {
        try (WorkerProcess process = WorkerProcess.torchrun(4, "gpu=H100", flags(2, 2))) {
            WorkerProcess.Connection[] ranks = new WorkerProcess.Connection[4];
            for (int i = 0; i < 4; i++) {
                WorkerProcess.Connection worker = process.ready();
                ranks[worker.hello().path("rank").asInt()] = worker;
            }
            for (int i = 0; i < 4; i++) {
                assertThat(ranks[i].hello().path("world").asInt()).isEqualTo(4);
                assertThat(ranks[i].description().path("dpRank").asInt()).isEqualTo(i / 2);
                assertThat(ranks[i].description().path("dpSize").asInt()).isEqualTo(2);
                assertThat(ranks[i].ask(TWO).at("/ok/results")).hasSize(2);
            }
            for (WorkerProcess.Connection worker : ranks) {
                worker.ask("{\"op\":\"stop\"}");
            }
            assertThat(process.exitCode()).isZero();
        }
    }

    @Test
    void oneRankThatDiesIsNamedAndTakesTheOthersWithIt() throws Exception {
        try (WorkerProcess process = WorkerProcess.torchrun(2, "gpu=H100;fault=crash@r1;fault-rank=1", flags(1, 2))) {
            WorkerProcess.Connection one = process.ready();
            WorkerProcess.Connection other = process.ready();
            boolean first = one.hello().path("rank").asInt() == 1;
            WorkerProcess.Connection dying = first ? one : other;
            WorkerProcess.Connection healthy = first ? other : one;
            assertThat(healthy.ask(TWO).at("/ok/results"))
                    .as("the fault is the other rank's")
                    .hasSize(2);
            dying.tell(TWO);
            assertThat(dying.line()).isEmpty();
            assertThat(healthy.line()).as("torchrun ends the other rank").isEmpty();
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.log())
                    .contains("failed (exitcode: 139) local_rank: 1 (pid: ")
                    .contains("closing signal SIGTERM")
                    .contains("rank      : 1 (local_rank: 1)");
        }
    }

    private static String[] flags(int tp, int dp) {
        return new String[] {
            "--enforce-eager",
            "--tensor-parallel-size=" + tp,
            "--data-parallel-size=" + dp,
            "--distributed-executor-backend=external_launcher"
        };
    }
}
