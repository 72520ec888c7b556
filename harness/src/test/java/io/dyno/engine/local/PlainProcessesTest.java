package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What systems without a keeper get. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class PlainProcessesTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void exitAndOutputAreTold() throws Exception {
        try (PlainProcesses processes = start("echo $GREETING; exit 3")) {
            assertThat(processes.exit().get(30, TimeUnit.SECONDS)).isEqualTo(new ProcessExit(3, null));
            assertThat(processes.awaitEnded(LONG)).isTrue();
            assertThat(Files.readString(folder.resolve("log"))).isEqualTo("hello\n");
        }
    }

    @Test
    void anInterruptIsATerminateSignal() throws Exception {
        try (PlainProcesses processes = start("exec sleep 1000")) {
            assertThat(processes.awaitEnded(Duration.ZERO)).isFalse();

            processes.signal(Signal.INT);

            assertThat(processes.awaitEnded(LONG)).isTrue();
        }
    }

    @Test
    void killEndsChildrenToo() throws Exception {
        try (PlainProcesses processes = start("sleep 1000 & trap '' TERM; wait")) {
            assertThat(Alive.await(LONG, () -> processes.tree().size() == 2))
                    .as("shell and sleep")
                    .isTrue();

            processes.kill();

            assertThat(processes.awaitGone(LONG)).isTrue();
        }
    }

    private PlainProcesses start(String script) throws IOException {
        PlainProcesses processes = new PlainProcesses(folder.resolve("log"));
        processes.start(new ProcessSpec(
                0, ProcessSpec.Role.SINGLE, List.of("bash", "-c", script), Map.of("GREETING", "hello")));
        return processes;
    }
}
