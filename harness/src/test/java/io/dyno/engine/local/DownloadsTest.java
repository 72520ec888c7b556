package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path blobs;

    @Test
    void aGrowingUnfinishedFileIsADownloadUntilItStallsOrIsComplete() throws IOException {
        Path leftover = Files.writeString(blobs.resolve("old.incomplete"), "from last week");
        Downloads downloads = new Downloads(blobs, 0);
        assertThat(downloads.running(2 * SECOND, false)).as("an old leftover").isFalse();

        Path file = Files.writeString(blobs.resolve("new.incomplete"), "some");
        assertThat(downloads.running(4 * SECOND, false)).as("growing").isTrue();
        assertThat(downloads.running(60 * SECOND, false)).as("resting").isTrue();
        assertThat(downloads.running(66 * SECOND, false)).as("stalled").isFalse();

        Files.writeString(file, "some more");
        assertThat(downloads.running(68 * SECOND, false)).as("growing again").isTrue();
        Files.delete(file);
        Files.delete(leftover);
        assertThat(downloads.running(70 * SECOND, false)).as("complete").isFalse();
    }

    @Test
    void progressInTheLogIsADownload() {
        Downloads downloads = new Downloads(blobs.resolve("missing"), 0);

        assertThat(downloads.running(SECOND, true)).isTrue();
        assertThat(downloads.running(62 * SECOND, false)).isFalse();
    }

    @Test
    void theCacheIsWhereHuggingFaceKeepsIt() {
        String files = "models--Qwen--Qwen3-8B/blobs";
        assertThat(Downloads.blobs("Qwen/Qwen3-8B", Map.of("HF_HUB_CACHE", "/a", "HF_HOME", "/b")::get))
                .isEqualTo(Path.of("/a", files));
        assertThat(Downloads.blobs("Qwen/Qwen3-8B", Map.of("HF_HOME", "/b")::get))
                .isEqualTo(Path.of("/b/hub", files));
        assertThat(Downloads.blobs("Qwen/Qwen3-8B", name -> null))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/huggingface/hub", files));
    }
}
