package io.dyno.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A private folder for what an engine compiles: empty for its first start, filled for the next. Closing it removes the folder. Model weights are
 * elsewhere, and stay.
 */
record CompileCaches(Path folder) implements AutoCloseable {
    static CompileCaches create() throws IOException {
        return new CompileCaches(Files.createTempDirectory("dyno-compile-"));
    }

    /** What makes vLLM, torch.compile and Triton keep there what they compile. */
    Map<String, String> environment() {
        return Map.of(
                "VLLM_CACHE_ROOT", folder.resolve("vllm").toString(),
                "TORCHINDUCTOR_CACHE_DIR", folder.resolve("inductor").toString(),
                "TRITON_CACHE_DIR", folder.resolve("triton").toString());
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
