package io.dyno.profilers.nvml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A copy of the fake library in a folder of its own, in NVML's place until it is closed. */
final class FakeNvml implements AutoCloseable {
    /** System property: where {@code -Pnvml} put the fakes, the header and, under {@code old}, the fake of an old driver. */
    static final String FOLDER = "dyno.nvml.fake";

    private final Path library;

    private FakeNvml(Path library) {
        this.library = library;
        System.setProperty(NvmlLibrary.PROPERTY, library.toString());
    }

    /** A driver of today, with this configuration (src/nvml/fake-nvml.c says what may stand in it). */
    static FakeNvml in(Path folder, String... configuration) throws IOException {
        return in(folder, built(), configuration);
    }

    /** A driver that lacks what drivers before 450 lack. */
    static FakeNvml old(Path folder, String... configuration) throws IOException {
        return in(folder, built().resolve("old"), configuration);
    }

    private static FakeNvml in(Path folder, Path built, String... configuration) throws IOException {
        Path library = folder.resolve(NvmlLibrary.NAME);
        Files.copy(built.resolve(NvmlLibrary.NAME), library);
        FakeNvml fake = new FakeNvml(library);
        fake.configure(configuration);
        return fake;
    }

    static Path built() {
        return Path.of(System.getProperty(FOLDER));
    }

    /** From now on, this and nothing else. */
    void configure(String... lines) throws IOException {
        Path next = Files.write(library.resolveSibling("next.conf"), List.of(lines));
        Files.move(
                next,
                library.resolveSibling(NvmlLibrary.NAME + ".conf"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    Path folder() {
        return library.getParent();
    }

    @Override
    public void close() {
        System.clearProperty(NvmlLibrary.PROPERTY);
    }
}
