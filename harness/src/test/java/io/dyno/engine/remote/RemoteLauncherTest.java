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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteLauncherTest {
    private static final Request REQUEST =
            new Request(Path.of("unused"), Duration.ofSeconds(1), UnaryOperator.identity(), phase -> {});

    private HttpServer server;
    private URI url;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void aServerIsAttachedToAndLeftAsItWas() throws Exception {
        answer("/health", "");
        answer("/v1/models", "{\"data\":[{\"id\":\"tiny\",\"max_model_len\":2048}]}");
        answer("/version", "{\"version\":\"0.32.0\"}");

        EngineHandle engine = new RemoteLauncher(url.resolve("/v1")).launch(spec("tiny"), REQUEST);

        assertThat(engine.info()).isEqualTo(new EngineInfo(url.toString(), "tiny", "0.32.0", false));
        assertThat(engine.baseUrl()).isEqualTo(url);
        assertThat(engine.inForce().values()).isEqualTo(Map.of("maxModelLen", "2048"));
        assertThat(engine.inForce().missing()).contains("maxNumSeqs").contains("/server_info answered 404");
        assertThat(engine.pids()).isEmpty();
        assertThat(engine.resetPrefixCache()).as("dev mode is off").isFalse();
        engine.close();
        assertThat(new RemoteLauncher(url).launch(spec("tiny"), REQUEST).info()).isEqualTo(engine.info());
    }

    @Test
    void anotherModelIsRefusedWithTheNamesThatWouldDo() {
        answer("/health", "");
        answer("/v1/models", "{\"data\":[{\"id\":\"Qwen/Qwen3-8B\"}]}");

        EngineException refused = refused("Qwen/Qwen3-9B");

        assertThat(refused.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(refused)
                .hasMessage(
                        "the server at " + url + " serves Qwen/Qwen3-8B, not Qwen/Qwen3-9B; set -p model=Qwen/Qwen3-8B"
                                + "; did you mean \"Qwen/Qwen3-8B\"?");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        server.stop(0);

        assertThat(refused("tiny"))
                .hasMessage("nobody answers well at " + url + "/health; check -url, and that the server is up");
    }

    @Test
    void aServerWithoutModelsIsNoneOfOurs() {
        answer("/health", "");

        assertThat(refused("tiny")).hasMessageContaining("/v1/models names no model");
    }

    private EngineException refused(String model) {
        EngineException refused = catchThrowableOfType(
                EngineException.class,
                () -> new RemoteLauncher(url).launch(spec(model), REQUEST).close());
        assertThat(refused).isNotNull();
        return refused;
    }

    private static EngineSpec spec(String model) {
        return new EngineSpec(
                EngineKind.REMOTE, EngineConfiguration.Kind.SERVER, model, new Topology(1, 1, 1, 1, 1, 1), List.of());
    }

    private void answer(String path, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
