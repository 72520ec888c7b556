package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.sim.contract.SimProcess;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the process ends, and how it fails when it is asked to. Each test is a real process. */
@Timeout(90)
class SimFaultsTest {
    private static final String LONG_STREAM =
            "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true}";
    private static final String SHORT = "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":3,\"ignore_eos\":true}";

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsOpenStreamsWithAnErrorEventAndTheProcessWithCodeZero(String signal) throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=L4");
                BufferedReader stream = lines(sim.stream("/v1/completions", LONG_STREAM))) {
            assertThat(stream.readLine()).as("the first token").startsWith("data: {\"id\":\"cmpl-");
            long asked = System.nanoTime();
            sim.signal(signal);
            String end = "";
            for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                end = line.startsWith("data: {\"error\"") ? line + "\n" : end + (end.isEmpty() ? "" : line + "\n");
            }
            assertThat(end).isEqualTo(recordedEnd());
            assertThat(sim.exitCode()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .as("a second on a quiet machine")
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(sim.log())
                    .contains("[launcher.py:254] [shutdown] API server: shutdown triggered")
                    .contains("[shutdown] API server: shutting down FastAPI HTTP server")
                    .endsWith("INFO:     Application shutdown complete.");
        }
    }

    @Test
    void anEngineThatRunsOutOfMemoryEndsItsStreamsAndItselfWithCodeOne() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=L4;fault=oom@r2");
                BufferedReader stream = lines(sim.stream("/v1/completions", LONG_STREAM))) {
            assertThat(stream.readLine()).startsWith("data: {\"id\":\"cmpl-");
            // The second request is the one that the fault waits for; whether it gets an answer before the end is left
            // open.
            try (BufferedReader second = lines(sim.stream("/v1/completions", LONG_STREAM))) {
                second.readLine();
            } catch (IOException e) {
                assertThat(e).as("the connection ended with the process").isNotNull();
            }
            assertThat(stream.lines().filter(line -> line.startsWith("data: {\"error\"")))
                    .hasSize(1);
            assertThat(sim.exitCode()).isEqualTo(1);
            assertThat(sim.log())
                    .contains("torch.OutOfMemoryError: CUDA out of memory.")
                    .contains("EngineDeadError");
        }
    }

    @Test
    void aCrashEndsTheProcessAndBreaksItsConnections() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=L4;fault=crash@r2");
                BufferedReader stream = lines(sim.stream("/v1/completions", LONG_STREAM))) {
            assertThat(stream.readLine()).startsWith("data: {\"id\":\"cmpl-");
            assertThatThrownBy(() -> sim.post("/v1/completions", SHORT)).isInstanceOf(IOException.class);
            assertThat(sim.exitCode()).as("as after a segmentation fault").isEqualTo(139);
            assertThatThrownBy(() ->
                            stream.lines().forEach(line -> assertThat(line).doesNotContain("[DONE]")))
                    .as("the stream is cut")
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aHungServerTakesConnectionsAndSaysNothing() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=hang@r2")) {
            assertThat(sim.post("/v1/completions", SHORT).statusCode()).isEqualTo(200);
            assertSilent(
                    sim,
                    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                            + SHORT.length() + "\r\n\r\n" + SHORT);
            assertSilent(sim, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(sim.process().isAlive()).isTrue();
        }
    }

    @Test
    void aStalledEngineIsHealthyAndMakesNoTokens() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=stall@r2")) {
            assertThat(sim.post("/v1/completions", SHORT).statusCode()).isEqualTo(200);
            assertSilent(
                    sim,
                    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                            + SHORT.length() + "\r\n\r\n" + SHORT);
            assertThat(sim.get("/health").statusCode()).isEqualTo(200);
            assertThat(sim.get("/metrics")
                            .body()
                            .contains("vllm:generation_tokens_total{engine=\"0\",model_name=\"tiny\"} 3.0"))
                    .as("the three tokens of the first request are all that were made")
                    .isTrue();
        }
    }

    @Test
    void rubbishComesWithStatus200() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=rubbish@r1")) {
            HttpResponse<String> answer = sim.post("/v1/completions", SHORT);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("%%% rubbish");
        }
    }

    @Test
    void fromTheRequestNamedOnEveryAnswerIsStatus500() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=http-500@r3")) {
            assertThat(sim.post("/v1/completions", SHORT).statusCode()).isEqualTo(200);
            assertThat(sim.post("/v1/completions", SHORT).statusCode()).isEqualTo(200);
            HttpResponse<String> third = sim.post("/v1/completions", SHORT);
            assertThat(third.statusCode()).isEqualTo(500);
            assertThat(SimProcess.JSON.readTree(third.body()).at("/error/type").asText())
                    .isEqualTo("InternalServerError");
            assertThat(sim.post("/v1/completions", SHORT).statusCode()).isEqualTo(500);
            assertThat(sim.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFaultAtATimeComesByItself() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=http-500@0.5s")) {
            int status = sim.post("/v1/completions", SHORT).statusCode();
            while (status == 200) {
                status = sim.post("/v1/completions", SHORT).statusCode();
            }
            assertThat(status).isEqualTo(500);
        }
    }

    /** Over a socket of our own: Java's HTTP client may drop what came before the cut. */
    @Test
    void aCutStreamBreaksAfterItsFirstTokens() throws Exception {
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=cut@start")) {
            String received = untilCut(sim, LONG_STREAM);

            assertThat(received).startsWith("HTTP/1.1 200").contains("data: {\"id\":\"cmpl-");
            assertThat(received).as("no end").doesNotContain("[DONE]").doesNotEndWith("\r\n0\r\n\r\n");
            assertThat(sim.get("/health").statusCode())
                    .as("the server lives on")
                    .isEqualTo(200);
        }
    }

    private static String untilCut(SimProcess sim, String body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sim.port())) {
            socket.setSoTimeout(20_000);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String head =
                    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + bytes.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(received);
            } catch (SocketException e) {
                // a reset is a cut, too
            }
            return received.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aSlowStartSucceedsInTheEnd() throws Exception {
        long start = System.nanoTime();
        try (SimProcess sim = SimProcess.serving("gpu=H100;fault=slow-start@2s")) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
            assertThat(sim.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu=H100;fault=oom@start | serve Qwen/Qwen3-0.6B --port 0 | 1 | torch.OutOfMemoryError: CUDA out of memory.
            gpu=H100;gpus=1 | serve Qwen/Qwen3-0.6B -tp 2 | 1 | Value error, World size (2) is larger than the number of available GPUs (1) in this node.
            gpu=L4 | serve Qwen/Qwen3-8B | 1 | RuntimeError: Engine core initialization failed. See root cause above.
            gpu=H100 | serve Qwen/Qwen3-0.6B --max-nun-seqs 4 | 2 | vllm: error: unrecognized arguments: --max-nun-seqs 4
            gpu=H100 | serve acme/unheard-of | 1 | does not know the shape of the model acme/unheard-of
            gpu=H1   | serve Qwen/Qwen3-0.6B | 2 | dyno sim: DYNO_SIM: no simulated GPU is called "H1"
            gpu=H100 | bench serve | 2 | This is Dyno's simulator
            gpu=H100 | --version | 0 | 0.32.0+dyno.sim
            """)
    void aStartThatCannotSucceedSaysWhyAndEnds(String machine, String arguments, int code, String message)
            throws Exception {
        try (SimProcess sim =
                new SimProcess(Map.of("DYNO_SIM", machine, "HF_HUB_CACHE", "/nonexistent"), arguments.split(" "))) {
            assertThat(sim.exitCode()).isEqualTo(code);
            assertThat(sim.log()).contains(message).doesNotContain("\tat io.dyno");
        }
    }

    @Test
    void aPortThatIsTakenIsVllmsError() throws Exception {
        try (SimProcess first = SimProcess.serving("gpu=H100");
                SimProcess second = new SimProcess(
                        Map.of("DYNO_SIM", "gpu=H100"),
                        "serve",
                        "Qwen/Qwen3-0.6B",
                        "--port",
                        String.valueOf(first.port()))) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.log()).contains("OSError: [Errno 98] Address already in use");
        }
    }

    /** Sends a request and expects that nothing comes back for half a second. */
    private static void assertSilent(SimProcess sim, String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sim.port())) {
            socket.setSoTimeout(500);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static BufferedReader lines(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private static String recordedEnd() throws IOException {
        try (InputStream in = SimFaultsTest.class.getResourceAsStream("vllm-0.32.0/stream-end-at-sigterm.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
