package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dyno.engine.EngineHandle;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.Profilers;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NvmlProfilerTest {
    @AfterEach
    void showAnyDriver() {
        System.clearProperty(NvmlLibrary.PROPERTY);
    }

    /** An engine that was not started by us. */
    static EngineHandle remote(String url) {
        return (EngineHandle) Proxy.newProxyInstance(
                EngineHandle.class.getClassLoader(),
                new Class<?>[] {EngineHandle.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "pids" -> List.of();
                    case "baseUrl" -> URI.create(url);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void theGpusOfAServerElsewhereAreNotTakenForThisMachines() throws IOException {
        NvmlProfiler profiler = new NvmlProfiler(Duration.ofMillis(100), Duration.ZERO);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> profiler.engineReady(remote("http://198.51.100.7:8000")))
                .withMessageContaining("http://198.51.100.7:8000")
                .withMessageContaining("run Dyno beside the server");
        for (String here : List.of("127.0.0.1", "localhost", ownAddress())) {
            assertThatCode(() -> profiler.engineReady(remote("http://" + here + ":8000")))
                    .as(here)
                    .doesNotThrowAnyException();
        }
    }

    /** Of a network card of this machine; where there is none, the loopback's. */
    private static String ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.0.0.1");
    }

    @Test
    void withoutADriverItIsRefusedBeforeAnyEngineStarts() {
        System.setProperty(NvmlLibrary.PROPERTY, "libno-such-driver.so.1");

        assertThatExceptionOfType(ProfilerException.class)
                .isThrownBy(
                        () -> Profilers.of(List.of(new NvmlProfilerProvider())).create(List.of("nvml")))
                .withMessageStartingWith("profiler \"nvml\" is not supported here: no NVIDIA driver's NVML here");
    }
}
