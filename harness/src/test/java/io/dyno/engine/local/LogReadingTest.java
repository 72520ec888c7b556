package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReadingTest {
    @TempDir
    Path folder;

    @Test
    void aFollowerGivesEachLineOnceWhenItIsComplete() throws IOException {
        Path log = Files.writeString(folder.resolve("log"), "before\n");
        LogFollower follower = new LogFollower(log, Files.size(log));
        byte[] umlaut = "ü\n".getBytes(StandardCharsets.UTF_8);

        append(log, "a\nb".getBytes(StandardCharsets.UTF_8));
        assertThat(follower.poll()).containsExactly("a");
        append(log, new byte[] {umlaut[0]});
        assertThat(follower.poll()).isEmpty();
        append(log, new byte[] {umlaut[1], umlaut[2]});
        assertThat(follower.poll()).containsExactly("bü");
        append(log, "10%\r20%\r\n\nend\n".getBytes(StandardCharsets.UTF_8));
        assertThat(follower.poll()).as("each step of a progress bar").containsExactly("10%", "20%", "end");
    }

    @Test
    void linesAreNumberedAsAnEditorDoes() throws IOException {
        Path log = folder.resolve("log");
        append(log, "\nfirst\n10%\r20%\r\n\nbroken ".getBytes(StandardCharsets.UTF_8));
        append(log, new byte[] {(byte) 0xff, '\n'});

        try (Stream<String> lines = LogLines.of(log)) {
            assertThat(lines.toList()).isEqualTo(List.of("", "first", "20%", "", "broken \ufffd"));
        }
    }

    private static void append(Path log, byte[] bytes) throws IOException {
        Files.write(log, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
