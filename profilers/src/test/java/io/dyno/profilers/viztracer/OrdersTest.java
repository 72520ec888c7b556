package io.dyno.profilers.viztracer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

        Orders.Outcome outcome = new Orders(folder).give("start", Duration.ofSeconds(30), Set.of());

        assertThat(folder.resolve("order")).hasContent("1 start");
        assertThat(outcome.answers())
                .containsExactly(new Orders.Answer(THIS, "EngineCore", "2", true, null, false, null));
        assertThat(outcome.silent()).isEmpty();
    }

    @Test
    void aProcessThatLivesAndSaysNothingIsNamed() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));

        assertThat(new Orders(folder).give("start", Duration.ZERO, Set.of()))
                .isEqualTo(new Orders.Outcome(List.of(), Set.of(THIS)));
    }

    @Test
    void aProcessThatDidNotHearTheOrderBeforeIsNotWaitedFor() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));

        assertThat(new Orders(folder).give("stop", Duration.ofDays(1), Set.of(THIS)))
                .isEqualTo(new Orders.Outcome(List.of(), Set.of(THIS)));
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

        assertThat(new Orders(folder).give("stop", Duration.ofSeconds(30), Set.of()))
                .isEqualTo(new Orders.Outcome(List.of(), Set.of()));
    }

    @Test
    void whatAProcessCouldNotDoIsTold() throws Exception {
        Files.createFile(folder.resolve(THIS + ""));
        Files.writeString(
                folder.resolve(THIS + ".1"), "{\"name\": \"MainProcess\", \"error\": \"ImportError: no viztracer\"}");

        assertThat(new Orders(folder)
                        .give("start", Duration.ofSeconds(30), Set.of())
                        .answers())
                .containsExactly(
                        new Orders.Answer(THIS, "MainProcess", null, false, null, false, "ImportError: no viztracer"));
    }
}
