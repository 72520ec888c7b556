package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlClientTest {
    /** Status and body of each answer to come; of the last one, of all further. */
    private final Deque<String> answers = new ArrayDeque<>();

    private HttpServer server;
    private int asked;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/reset_prefix_cache", exchange -> {
            asked++;
            String answer = answers.size() > 1 ? answers.poll() : answers.peek();
            byte[] body = answer.substring(3).strip().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private boolean reset(String... then) throws InterruptedException {
        answers.addAll(List.of(then));
        return client().resetPrefixCache();
    }

    private ControlClient client() {
        return new ControlClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @Test
    void aResetThatIsRefusedWhileBlocksAreHeldIsTriedAgain() throws Exception {
        assertThat(reset("200 {\"success\":false}", "200 {\"success\":true}")).isTrue();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void oneThatIsRefusedForGoodIsNoReset() throws Exception {
        assertThat(reset("200 {\"success\":false}")).isFalse();
        assertThat(asked).isEqualTo(5);
    }

    @Test
    void olderServersSayNothingButThatItIsDone() throws Exception {
        assertThat(reset("200 ")).isTrue();
    }

    @Test
    void whereThereIsNoSuchThingItIsAskedOnce() throws Exception {
        assertThat(reset("404 {\"detail\":\"Not Found\"}")).isFalse();
        assertThat(asked).isEqualTo(1);
    }
}
