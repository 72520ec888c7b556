package io.dyno.profilers.viztracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process that is ordered about is this one: it lives for sure. */
@Timeout(60)
class OrdersTest {
    private static final long THIS = ProcessHandle.current().pid();

    @TempDir
    Path folder;

    @Test
    void anOrderIsWrittenWithItsNumberAndAnswered() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));
        Files.writeString(folder.resolve(THIS + ".1"), "{\"name\": \"EngineCore\", \"rank\": \"2\", \"traced\": true}");

        List<Orders.Answer> answers = new Orders(folder).give("start", Duration.ofSeconds(30));

        assertThat(folder.resolve("order")).hasContent("1 start");
        assertThat(answers).containsExactly(new Orders.Answer(THIS, "EngineCore", "2", true, null, false));
    }

    @Test
    void aProcessThatLivesAndSaysNothingIsNamed() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));

        assertThatThrownBy(() -> new Orders(folder).give("start", Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("had not answered to start: [" + THIS + "]");
    }

    @Test
    void aProcessThatHasEndedIsNotWaitedFor() throws Exception {
        Process ended = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ended.waitFor();
        Files.createFile(folder.resolve(ended.pid() + ""));

        assertThat(new Orders(folder).give("stop", Duration.ofSeconds(30))).isEmpty();
    }

    @Test
    void whatAProcessCouldNotDoIsTold() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));
        Files.writeString(
                folder.resolve(THIS + ".1"), "{\"name\": \"MainProcess\", \"error\": \"ImportError: no viztracer\"}");

        assertThatThrownBy(() -> new Orders(folder).give("start", Duration.ofSeconds(30)))
                .hasMessage("process " + THIS + " (MainProcess): ImportError: no viztracer");
    }
}
