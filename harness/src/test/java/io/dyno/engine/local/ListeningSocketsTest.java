package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.local.ListeningSockets.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class ListeningSocketsTest {
    private static final Set<Long> US = Set.of(ProcessHandle.current().pid());

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void aListenersOwnerIsTheProcessThatHasItOpen(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            assertThat(ListeningSockets.anybody(socket.getLocalPort())).isTrue();
            assertThat(ListeningSockets.owner(socket.getLocalPort(), US)).isEqualTo(Owner.OURS);
            assertThat(ListeningSockets.owner(socket.getLocalPort(), Set.of())).isEqualTo(Owner.FOREIGN);
        }
    }

    @Test
    void nobodyListensOnAFreePort() {
        int port = Ports.free();

        assertThat(ListeningSockets.anybody(port)).isFalse();
        assertThat(ListeningSockets.owner(port, US)).isEqualTo(Owner.NONE);
        assertThat(Ports.answers(port)).isFalse();
    }
}
