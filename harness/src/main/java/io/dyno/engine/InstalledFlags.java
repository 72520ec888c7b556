package io.dyno.engine;

import io.dyno.plan.FlagCatalogue;
import io.dyno.plan.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The flags of the vLLM that is installed, from its own help. Reading that takes ten seconds, so it is done once for each installation: the
 * flags are kept in the user's cache folder, by the executable's path and time of change. A file there that is broken or out of date is
 * ignored and written anew; a folder that cannot be written costs the ten seconds again.
 */
public final class InstalledFlags {
    /** Two processors that do other things too need a multiple of the ten seconds. */
    private static final Duration HELP = Duration.ofMinutes(2);

    /** The widths of the help's columns follow from this. */
    private static final Map<String, String> ENVIRONMENT = Map.of("COLUMNS", "80", "VLLM_NO_USAGE_STATS", "1");

    private final Path cache;
    private final Duration timeout;

    /** With Dyno's folder in the user's cache. */
    public InstalledFlags() {
        this(folder(System::getenv), HELP);
    }

    InstalledFlags(Path cache, Duration timeout) {
        this.cache = cache;
        this.timeout = timeout;
    }

    /** {@code $XDG_CACHE_HOME/dyno}, else {@code ~/.cache/dyno}. */
    static Path folder(Function<String, String> env) {
        String caches = env.apply("XDG_CACHE_HOME");
        Path folder = caches != null && Path.of(caches).isAbsolute()
                ? Path.of(caches)
                : Path.of(System.getProperty("user.home"), ".cache");
        return folder.resolve("dyno");
    }

    /**
     * Its flags.
     *
     * @param executable the vllm program
     * @throws IOException when its help cannot be read; the message says why
     */
    public FlagCatalogue read(Path executable) throws IOException, InterruptedException {
        String version = InstalledVllm.version(executable).orElse("unknown");
        String key = "# dyno\t" + executable + "\t" + Files.getLastModifiedTime(executable) + "\t" + version + "\n";
        Path file = cache.resolve("flags-" + name(executable) + ".tsv");
        Optional<FlagCatalogue> kept = kept(file, key);
        if (kept.isPresent()) {
            return kept.get();
        }
        FlagCatalogue flags;
        try {
            flags = FlagCatalogue.ofHelp(version, help(executable));
        } catch (IllegalArgumentException e) {
            throw new IOException("its help is not understood: " + e.getMessage(), e);
        }
        keep(file, key + flags.table());
        return flags;
    }

    private static String name(Path executable) {
        byte[] hash = Sha256.digest().digest(executable.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 6);
    }

    private static Optional<FlagCatalogue> kept(Path file, String key) {
        try {
            String text = Files.readString(file);
            return text.startsWith(key)
                    ? Optional.of(FlagCatalogue.ofTable(text.substring(key.length())))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // none yet, or broken: written anew
        }
    }

    private void keep(Path file, String text) {
        try {
            Files.createDirectories(cache);
            Path half = Files.createTempFile(cache, "flags", ".part");
            Files.writeString(half, text);
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            System.getLogger(InstalledFlags.class.getName())
                    .log(System.Logger.Level.DEBUG, "vLLM''s flags are not kept in {0}: {1}", cache, e);
        }
    }

    private String help(Path executable) throws IOException, InterruptedException {
        File out = File.createTempFile("dyno", ".help");
        ProcessBuilder builder = new ProcessBuilder(executable.toString(), "serve", "--help=all")
                .redirectOutput(out)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(ENVIRONMENT);
        Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it did not end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("it ended with exit code " + process.exitValue());
            }
            return Files.readString(out.toPath());
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            Files.deleteIfExists(out.toPath());
        }
    }
}
