package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.stats.ClientFigure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result of the real vLLM 0.32.0: 40 requests at 10 a second, 64 tokens in, 32 out. */
class BenchServeFileTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void copy() throws IOException {
        file = folder.resolve("result.json");
        try (InputStream real = BenchServeFileTest.class.getResourceAsStream("bench-serve-0.32.0.json")) {
            Files.copy(real, file);
        }
    }

    @Test
    void itsFiguresAreReadUnderVllmsNames() throws IOException {
        BenchServeFile result = BenchServeFile.read(file);

        assertThat(result.run().completed()).isEqualTo(40);
        assertThat(result.run().failed()).isZero();
        assertThat(result.run().inputTokens()).isEqualTo(2560);
        assertThat(result.run().outputTokens()).isEqualTo(1280);
        assertThat(result.run().figures().keySet())
                .as("every figure that Dyno compares")
                .containsExactlyElementsOf(List.of(ClientFigure.values()).stream()
                        .map(ClientFigure::id)
                        .toList());
        assertThat(result.run().figure(ClientFigure.DURATION)).isEqualTo(4.432388561999915);
        assertThat(result.run().figure(ClientFigure.MEAN_TPOT_MS)).isEqualTo(19.94143204032217);
        assertThat(result.run().figure(ClientFigure.P99_TTFT_MS)).isEqualTo(281.15489793002325);
    }

    @Test
    void itsArrivalsCountFromTheFirstAndNeverFall() throws IOException {
        List<Long> arrivals = BenchServeFile.read(file).arrivals();

        assertThat(arrivals).hasSize(40).isSorted();
        assertThat(arrivals.get(0)).isZero();
        assertThat(arrivals.get(39) / 1e9).as("the last of 40 at 10 a second").isBetween(3.5, 4.1);
    }

    @Test
    void waitingForASlotIsNoPartOfTheSchedule() throws IOException {
        Files.writeString(
                file,
                "{\"completed\": 3, \"duration\": 1.0, \"start_times\": [5.0, 6.0, 7.0], \"queue_times\": [0.0, 0.5, 0.0]}");

        assertThat(BenchServeFile.read(file).arrivals()).containsExactly(0L, 500_000_000L, 2_000_000_000L);
    }

    @Test
    void anAnswersTextIsForgottenAndNothingElse() throws IOException {
        assertThat(Files.readString(file)).contains("\"generated_texts\"");
        BenchServeFile before = BenchServeFile.read(file);

        BenchServeFile.forgetTexts(file);

        assertThat(Files.readString(file)).doesNotContain("generated_texts").contains("\"itls\"");
        assertThat(BenchServeFile.read(file)).isEqualTo(before);
    }

    @Test
    void anotherFileIsRefusedByName() throws IOException {
        Files.writeString(file, "{\"hello\": 1}");

        assertThatThrownBy(() -> BenchServeFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("result.json is no result of vllm bench serve");
    }
}
