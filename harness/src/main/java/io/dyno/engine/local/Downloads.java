package io.dyno.engine.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * Whether an engine is downloading its model, so that the wait for it does not count as a start that takes too long: its log shows progress,
 * or an unfinished file in Hugging Face's cache grows (without a terminal the downloader prints nothing).
 */
final class Downloads {
    /** A download without progress for so long has stalled, and time counts again. */
    private static final Duration STALLED = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Path blobs;
    private long unfinishedBytes;
    private long looked;
    private long progressed;

    /**
     * Watches the downloads of one model.
     *
     * @param blobs the model's folder of files in the cache; need not exist
     * @param now ns on the clock of {@link #running}
     */
    Downloads(Path blobs, long now) {
        this.blobs = blobs;
        this.unfinishedBytes = unfinishedBytes();
        this.looked = now;
        this.progressed = now - STALLED.toNanos() - 1;
    }

    /** The folder in which Hugging Face keeps the files of a model: {@code HF_HUB_CACHE}, else {@code HF_HOME/hub}, else the default. */
    static Path blobs(String model, Function<String, String> env) {
        Path cache;
        if (env.apply("HF_HUB_CACHE") != null) {
            cache = Path.of(env.apply("HF_HUB_CACHE"));
        } else if (env.apply("HF_HOME") != null) {
            cache = Path.of(env.apply("HF_HOME"), "hub");
        } else {
            cache = Path.of(System.getProperty("user.home"), ".cache", "huggingface", "hub");
        }
        return cache.resolve("models--" + model.replace("/", "--")).resolve("blobs");
    }

    /**
     * Whether a download is under way.
     *
     * @param now ns on any clock
     * @param progressInLog whether the log has just shown progress
     */
    boolean running(long now, boolean progressInLog) {
        if (progressInLog) {
            progressed = now;
        }
        if (now - looked >= LOOK_NANOS) {
            looked = now;
            long bytes = unfinishedBytes();
            if (bytes != unfinishedBytes && bytes > 0) {
                progressed = now;
            } else if (bytes == 0 && unfinishedBytes > 0) {
                progressed = now - STALLED.toNanos() - 1; // the last file is complete
            }
            unfinishedBytes = bytes;
        }
        return now - progressed <= STALLED.toNanos();
    }

    private long unfinishedBytes() {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs, "*.incomplete")) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return 0; // no such model in the cache, or a file was completed while we looked
        }
        return bytes;
    }
}
