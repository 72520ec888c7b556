package io.dyno.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.dyno.EngineInfo;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RemoteLauncherTest {
    private static final Request REQUEST =
            new Request(Path.of("unused"), Duration.ofSeconds(1), UnaryOperator.identity(), phase -> {});
    private static final String TINY = "{\"data\":[{\"id\":\"tiny\",\"max_model_len\":2048}]}";

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private URI url;

    @BeforeEach
    void startServer() throws IOException {
        url = server();
    }

    private URI server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stopServers() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void aServerIsAttachedToAndLeftAsItWas() throws Exception {
        answer("/v1/models", 200, TINY);
        answer("/version", 200, "{\"version\":\"0.32.0\"}");

        EngineHandle engine = launch("tiny", url);

        assertThat(engine.info()).isEqualTo(new EngineInfo(url.toString(), "tiny", "0.32.0", false));
        assertThat(engine.urls()).containsExactly(url);
        assertThat(engine.inForce().values()).isEqualTo(Map.of("maxModelLen", "2048"));
        assertThat(engine.inForce().missing()).contains("maxNumSeqs").contains("/server_info answered 404");
        assertThat(engine.pids()).isEmpty();
        assertThat(engine.log()).isNull();
        assertThat(engine.unknown()).containsKeys("gpus", "settings", "startup", "prefixCache", "log");
        assertThat(engine.resetPrefixCache()).as("the cache of others").isFalse();
        engine.close();
        assertThat(asked).as("nothing but questions").containsExactly("GET /v1/models", "GET /version");
        assertThat(launch("tiny", url).info()).isEqualTo(engine.info());
    }

    @Test
    void aServerWithoutHealthAndVersionIsOneAllTheSameAndItsVersionIsUnknown() throws Exception {
        answer("/v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\"}]}");

        EngineHandle engine = launch("tiny", url);

        assertThat(engine.info().version()).isNull();
        assertThat(engine.unknown()).containsEntry("engineVersion", "the server has no /version");
        assertThat(engine.inForce().values()).isEmpty();
    }

    @Test
    void whatStandsBehindAPrefixIsAskedThere() throws Exception {
        answer("/api/v1/models", 200, TINY);

        assertThat(launch("tiny", URI.create(url + "/api")).info().url()).isEqualTo(url + "/api");
    }

    @Test
    void aSimulatorThatSomebodyElseStartedIsStillNoMeasurement() throws Exception {
        answer("/v1/models", 200, TINY);
        answer("/version", 200, "{\"version\":\"0.32.0+dyno.sim\"}");

        assertThat(launch("tiny", url).info().simulated()).isTrue();
    }

    @Test
    void anotherModelIsRefusedWithTheNamesThatWouldDo() {
        answer("/v1/models", 200, "{\"data\":[{\"id\":\"Qwen/Qwen3-8B\"}]}");

        EngineException refused = refused("Qwen/Qwen3-9B", url);

        assertThat(refused.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(refused)
                .hasMessage(
                        "the server at " + url + " serves Qwen/Qwen3-8B, not Qwen/Qwen3-9B; set -p model=Qwen/Qwen3-8B"
                                + "; did you mean \"Qwen/Qwen3-8B\"?");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "401 | {\"error\":\"Unauthorized\"} | wants a key (HTTP 401); set VLLM_API_KEY or OPENAI_API_KEY in the environment",
                "403 | no                           | wants a key (HTTP 403)",
                "404 | {\"detail\":\"Not Found\"}   | answers HTTP 404: there is no OpenAI-compatible server; -url is what stands before /v1",
                "503 | loading                      | answers HTTP 503: the server is not ready",
                "301 | moved                        | and leads to http://elsewhere/, and a redirect in front of every request would be measured",
                "200 | <html>hello</html>           | is no OpenAI-compatible server: its answer lists no models",
                "200 | {\"status\":\"ok\"}          | is no OpenAI-compatible server: its answer lists no models",
                "200 | {\"data\":[]}                | serves no model",
            })
    void whatIsNoServerForUsIsToldWithTheRemedy(int status, String body, String message) {
        answer("/v1/models", status, body);

        assertThat(refused("tiny", url)).hasMessageContaining(url.toString()).hasMessageContaining(message);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        servers.get(0).stop(0);

        assertThat(refused("tiny", url))
                .hasMessage(
                        "nobody answers at " + url + " (connection refused); check -url, and that the server is up");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThat(refused("tiny", URI.create("http://no-such-host.invalid:8000")))
                .hasMessageContaining("there is no host no-such-host.invalid");
    }

    @ParameterizedTest
    @CsvSource({
        "http,  is no HTTP server",
        "https, a server without TLS is named with http://",
    })
    void whatListensAndSpeaksSomethingElseIsToldInItsOwnWay(String scheme, String message) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread talker = new Thread(() -> talk(socket), "talker");
            talker.start();

            assertThat(refused("tiny", URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort())))
                    .hasMessageContaining(message);
            talker.join();
        }
    }

    private static void talk(ServerSocket socket) {
        try (var connection = socket.accept()) {
            int read = connection.getInputStream().read(new byte[4096]); // what is left unread would become a reset
            assertThat(read).as("bytes of a question").isPositive();
            connection.getOutputStream().write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void severalServersMustAllServeTheModelInOneVersion() throws Exception {
        URI other = server();
        answer("/v1/models", 200, TINY);
        answer("/version", 200, "{\"version\":\"0.32.0\"}");
        answer(servers.get(1), "/v1/models", 200, TINY);
        answer(servers.get(1), "/version", 200, "{\"version\":\"0.31.2\"}");

        assertThat(refused("tiny", url, other)).hasMessageContaining("different versions (0.32.0, 0.31.2)");

        servers.get(1).removeContext("/version");
        answer(servers.get(1), "/version", 200, "{\"version\":\"0.32.0\"}");
        assertThat(launch("tiny", url, other).urls()).containsExactly(url, other);

        servers.get(1).removeContext("/v1/models");
        answer(servers.get(1), "/v1/models", 200, "{\"data\":[{\"id\":\"small\"}]}");
        assertThat(refused("tiny", url, other)).hasMessageContaining(other + " serves small, not tiny");
    }

    private static EngineHandle launch(String model, URI... urls) throws Exception {
        return new RemoteLauncher(List.of(urls), Optional.empty()).launch(spec(model), REQUEST);
    }

    private static EngineException refused(String model, URI... urls) {
        EngineException refused = catchThrowableOfType(
                EngineException.class, () -> launch(model, urls).close());
        assertThat(refused).isNotNull();
        return refused;
    }

    private static EngineSpec spec(String model) {
        return new EngineSpec(
                EngineKind.REMOTE, EngineConfiguration.Kind.SERVER, model, new Topology(1, 1, 1, 1, 1, 1), List.of());
    }

    private void answer(String path, int status, String body) {
        answer(servers.get(0), path, status, body);
    }

    private void answer(HttpServer server, String path, int status, String body) {
        server.createContext(path, exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "http://elsewhere/");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
