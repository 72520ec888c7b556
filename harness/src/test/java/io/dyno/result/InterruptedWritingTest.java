package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is ended by interrupting its thread; what it then still writes must reach the disk all the same. */
class InterruptedWritingTest {
    @TempDir
    Path folder;

    @BeforeEach
    void interrupt() {
        Thread.currentThread().interrupt();
    }

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @Test
    void theJournalTakesLinesFromAnInterruptedThread() throws Exception {
        Path file = folder.resolve("journal.jsonl");
        try (Journal journal = Journal.open(file, InstantSource.fixed(Instant.EPOCH))) {
            journal.append(new JournalEvent.RunEnded(130, "interrupted"));
            journal.append(new JournalEvent.RunEnded(130, "interrupted"));
        }

        assertThat(Thread.currentThread().isInterrupted())
                .as("the interrupt is kept")
                .isTrue();
        assertThat(Journal.read(file)).hasSize(2);
    }

    @Test
    void filesAreWrittenWholeFromAnInterruptedThread() throws Exception {
        Path file = folder.resolve("requests.jsonl.gz");
        RequestFiles.write(file, List.of());

        assertThat(Thread.currentThread().isInterrupted())
                .as("the interrupt is kept")
                .isTrue();
        assertThat(Files.exists(file)).isTrue();
        assertThat(RequestFiles.read(file)).isEmpty();
    }
}
